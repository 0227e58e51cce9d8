/* The worked example's 2-2-2 network, trained as one would in C: the yardstick.

   parameters: w1 ... w8, b1, b2, changed in place; biases stay as they are.
   history: for every round, the starting one included, out_o1, out_o2 and E_total. */

#include <math.h>

static double logistic(double net) { return 1.0 / (1.0 + exp(-net)); }

void train(double *parameters, const double *inputs, const double *targets, double eta,
           long rounds, double *history)
{
    double w1 = parameters[0], w2 = parameters[1], w3 = parameters[2], w4 = parameters[3];
    double w5 = parameters[4], w6 = parameters[5], w7 = parameters[6], w8 = parameters[7];
    const double b1 = parameters[8], b2 = parameters[9];
    const double i1 = inputs[0], i2 = inputs[1];

    for (long k = 0;; k++) {
        double h1 = logistic(w1 * i1 + w2 * i2 + b1);
        double h2 = logistic(w3 * i1 + w4 * i2 + b1);
        double o1 = logistic(w5 * h1 + w6 * h2 + b2);
        double o2 = logistic(w7 * h1 + w8 * h2 + b2);
        double wrong1 = o1 - targets[0], wrong2 = o2 - targets[1];

        *history++ = o1;
        *history++ = o2;
        *history++ = (wrong1 * wrong1 + wrong2 * wrong2) / 2;
        if (k == rounds)
            break;

        double d1 = wrong1 * o1 * (1 - o1), d2 = wrong2 * o2 * (1 - o2);
        double e1 = eta * (d1 * w5 + d2 * w7) * h1 * (1 - h1);
        double e2 = eta * (d1 * w6 + d2 * w8) * h2 * (1 - h2);
        w1 -= e1 * i1, w2 -= e1 * i2, w3 -= e2 * i1, w4 -= e2 * i2;
        w5 -= eta * d1 * h1, w6 -= eta * d1 * h2, w7 -= eta * d2 * h1, w8 -= eta * d2 * h2;
    }
    parameters[0] = w1, parameters[1] = w2, parameters[2] = w3, parameters[3] = w4;
    parameters[4] = w5, parameters[5] = w6, parameters[6] = w7, parameters[7] = w8;
}

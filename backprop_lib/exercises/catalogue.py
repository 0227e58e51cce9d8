"""The catalogue of mistakes that are made with backpropagation.

An entry says how a round goes wrong: a step that is done in another way, or something that is
done to the result. The mistaken numbers are then computed, for whatever network, numbers and
quantity are asked about.

To add a mistake, write its ways in one of the modules ``ways_...`` and an entry here, and make its
twin by hand in test_catalogue.py: the same mistake in the plain Python of ``by_hand``, and a line
in MADE that says where it shows.
"""

from backprop_lib.exercises import ways_back as back
from backprop_lib.exercises import ways_forward as forward
from backprop_lib.exercises import ways_of_the_update as update
from backprop_lib.exercises.mistakes import Mistake
from backprop_lib.exercises.rounding import rounded_early

CATALOGUE = (
    Mistake(
        "sign flipped",
        "The sign is flipped.",
        "Follow the signs from the start; the slope of an error is out minus target.",
        back.flipped,
        common=True,
    ),
    Mistake(
        "slope forgotten",
        "The link out * (1 - out) is missing.",
        "On its way through a neuron the error passes the slope of the logistic function.",
        back.NO_SLOPE,
        (
            "The slope of the activation is missing.",
            "On its way through a neuron the error passes the slope of its activation.",
        ),
        common=True,
    ),
    Mistake(
        "slope at net",
        "The slope was taken at net.",
        "The formula is out * (1 - out): put in what comes out of the neuron, not what goes in.",
        back.SLOPE_AT_NET,
        (
            "The slope was taken at net.",
            "Where the formula of a slope is in terms of out, put in what comes out of the neuron.",
        ),
    ),
    Mistake(
        "slope squashed twice",
        "The slope was taken of a number that was squashed twice.",
        "out is squashed already: the slope is out * (1 - out), without another logistic function.",
        back.SLOPE_TWICE_SQUASHED,
        (
            "The slope was taken of a number that went through the activation twice.",
            "out has been through the activation already.",
        ),
    ),
    Mistake(
        "out taken for its slope",
        "out was taken where its slope belongs.",
        "The slope of the logistic function has two factors: out, and 1 - out.",
        back.OUT_FOR_SLOPE,
        (
            "out was taken where its slope belongs.",
            "What comes out of a neuron is not yet how fast it changes.",
        ),
    ),
    Mistake(
        "part of a slope",
        "Only one factor of the slope was taken.",
        "The slope of the logistic function has two factors: out, and 1 - out.",
        back.part_of_a_slope,
    ),
    Mistake(
        "slope at target",
        "The slope was taken at the target.",
        "It is taken at what comes out of the neuron, and not at what should come out.",
        back.slope_at_target,
    ),
    Mistake(
        "one half or two",
        "The half and the 2 got mixed up.",
        "An error is half of a square; the 2 that comes down from the square cancels the half.",
        forward.halves,
        (
            "It is off by a factor of two.",
            "Look at the half of a squared error, and at the 2 that comes down from the square.",
        ),
        common=True,
    ),
    Mistake(
        "mean over outputs",
        "The mean over the outputs was taken, and not their sum.",
        "E_total adds up the errors of the outputs. It is not divided by the number of outputs.",
        forward.means,
        common=True,
    ),
    Mistake(
        "error taken for its slope",
        "An error and its slope got mixed up.",
        "The error of an output is half of a square; its slope is out minus target.",
        forward.error_for_slope,
        (
            "An error and its slope got mixed up.",
            "An error says how wrong an output is; its slope, how fast that changes with out.",
        ),
    ),
    Mistake(
        "another error",
        "Another error was taken.",
        "Look which error the network learns by.",
        forward.another_error,
    ),
    Mistake(
        "updated weight used",
        "An updated weight was used where the original belongs.",
        "The error goes back through the weights that were used on the way forward.",
        back.UPDATED_WEIGHT,
        common=True,
    ),
    Mistake(
        "path dropped",
        "A path is missing.",
        "Whatever one thing changes by several ways, all ways are added up.",
        back.paths_dropped,
        common=True,
    ),
    Mistake(
        "paths multiplied",
        "The paths were multiplied.",
        "Along a path the links are multiplied; the paths themselves are added.",
        back.multiplied,
    ),
    Mistake(
        "paths of another neuron",
        "The paths of another hidden neuron were taken.",
        "The paths of a neuron lead back through the weights that go out of it.",
        back.copied,
    ),
    Mistake(
        "weights forgotten on the way back",
        "The weights on the way back are missing.",
        "The error comes back to a hidden neuron through the weights that go out of it.",
        back.no_weights_back,
    ),
    Mistake(
        "last link forgotten",
        "What comes in along the weight is missing.",
        "The last link to a weight is what flows in along it: an input, or out of a neuron.",
        back.last_link_forgotten,
    ),
    Mistake(
        "slope of what comes in",
        "The slope of what comes in was taken, and not what comes in.",
        "The last link to a weight is what flows in along it, just as it is.",
        back.slope_of_an_input,
    ),
    Mistake(
        "weights swapped",
        "Weights were swapped.",
        "Weights are counted neuron by neuron: first all that lead into the first one.",
        forward.recounted,
        common=True,
    ),
    Mistake(
        "inputs swapped",
        "Two of what comes in were swapped.",
        "Each weight belongs to one input and one neuron: follow its line in the diagram.",
        forward.neighbours_exchanged,
    ),
    Mistake(
        "targets swapped",
        "Two targets were swapped.",
        "Each output has a target of its own.",
        forward.targets_exchanged,
    ),
    Mistake(
        "rows and columns swapped",
        "Rows and columns are swapped.",
        "A row holds what leads into one neuron, a column what leads out of one.",
        forward.turned,
        common=True,
    ),
    Mistake(
        "learning rate forgotten",
        "The learning rate is missing.",
        "The step is the learning rate times the derivative.",
        update.NO_RATE,
        common=True,
    ),
    Mistake(
        "learning rate taken twice",
        "The learning rate was not taken once.",
        "The step is the learning rate times the derivative, and the learning rate is in it once.",
        update.RATE_TWICE,
    ),
    Mistake(
        "step added",
        "The step was added.",
        "The error is to fall, so the step goes against the derivative: old value minus step.",
        update.ADDED,
        common=True,
    ),
    Mistake(
        "step not taken",
        "This is not the new value yet.",
        "The new value is the old value minus the step.",
        update.NOT_TAKEN,
        common=True,
    ),
    Mistake(
        "bias trained",
        "The bias was trained by another rule.",
        "Look which biases the rule of the update lets move: those that are frozen stay as they "
        "are.",
        update.biases_trained,
        common=True,
    ),
    Mistake(
        "a round later",
        "This is the number after the update.",
        "It is asked for before it, with the old weights.",
        update.later,
    ),
    Mistake(
        "bias left out",
        "The bias was left out.",
        "A net input is the sum of all products, and of the bias.",
        forward.NO_BIAS,
        common=True,
    ),
    Mistake(
        "sign of a product flipped",
        "The sign of one part of a sum is flipped.",
        "A net input adds every product with the sign that it has; minus times minus is plus.",
        forward.product_turned,
    ),
    Mistake(
        "product left out",
        "A net input does not have every product once.",
        "There is one for each weight that leads into the neuron.",
        forward.product_left_out,
    ),
    Mistake(
        "bias multiplied",
        "The bias was treated as a weight.",
        "What comes in along a bias is 1: it is added as it is, and its derivative is the delta.",
        forward.bias_multiplied,
    ),
    Mistake(
        "from another layer",
        "A number of another layer was taken.",
        "A neuron has the bias of its own layer, and takes what comes out of the layer before.",
        forward.from_another_layer,
    ),
    Mistake(
        "bias derivative taken as zero",
        "The derivative was taken as zero.",
        "What comes in along a bias is 1, so it gets the whole delta.",
        back.no_bias_slope,
        common=True,
    ),
    Mistake(
        "target and output exchanged",
        "Target and output were exchanged.",
        "The slope of an error is out minus target: how much too high the answer is.",
        forward.targets_and_outputs,
        (
            "Target and output were exchanged.",
            "The formula of the error says which of the two stands where.",
        ),
        common=True,
    ),
    Mistake(
        "squashing forgotten",
        "A net input was taken for an output.",
        "What comes out of a neuron is logistic(net).",
        forward.NO_ACTIVATION,
        (
            "A net input was taken for an output.",
            "What comes out of a neuron is its activation, taken at net.",
        ),
        common=True,
    ),
    Mistake(
        "minus in the exponent forgotten",
        "The minus in the exponent is missing.",
        "What comes out of a logistic neuron is one over one plus exp(-net).",
        forward.MINUS_FORGOTTEN,
        (
            "The activation was taken at minus net.",
            "What comes out of a neuron is its activation, taken at net.",
        ),
    ),
    Mistake(
        "brackets forgotten",
        "The brackets in the logistic function are missing.",
        "One is divided by the whole sum of one and exp(-net).",
        forward.brackets_forgotten,
    ),
    Mistake(
        "another activation",
        "Another activation was used.",
        "Look which activation the neurons of this layer have.",
        forward.other_activation,
    ),
    Mistake(
        "decimal point shifted",
        "The decimal point has slipped.",
        "The digits are right; count the zeros.",
        update.shifted,
        common=True,
    ),
    Mistake(
        "rounded too early",
        "Rounded too early.",
        "Keep all digits until the end, and round once.",
        rounded_early,
    ),
)
MISTAKES = {mistake.key: mistake for mistake in CATALOGUE}
ROUNDING = MISTAKES["rounded too early"]

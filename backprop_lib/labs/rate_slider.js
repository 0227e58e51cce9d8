// A slider for the learning rate, in powers of ten, as a module that a lab imports.

export const rateSlider = (id) => `
    <div class="slider">
      <label for="${id}-slider">Learning rate</label>
      <input id="${id}-slider" data-part="slider" type="range" min="0" step="1">
      <div class="scale" aria-hidden="true">
        <span>0.01</span><span>0.1</span><span>1</span><span>10</span><span>100</span><span>1000</span>
      </div>
    </div>`;

// The slider sets the control "rate" to one of the rates.
export function useRateSlider(slider, rates, set) {
  slider.max = rates.length - 1;
  slider.oninput = () => set({ rate: rates[slider.value] });
}

// The nearest step; a rate that means nothing leaves the slider where it was.
export function showRate(slider, rates, rate) {
  if (!(Number(rate) > 0 && Number.isFinite(Number(rate)))) return;
  const away = (other) => Math.abs(Math.log(Number(other) / Number(rate)));
  slider.value = rates.indexOf(rates.reduce((a, b) => (away(b) < away(a) ? b : a)));
  slider.setAttribute("aria-valuetext", rate);
}

"use strict";
// Each film: the slider chooses the time, the button plays, the boxes show and hide columns.
document.querySelectorAll(".film").forEach((film) => {
  const slider = film.querySelector("input[type=range]");
  const button = film.querySelector(".film-play");
  const moments = film.querySelectorAll(".film-moments p");
  let playing = null;

  function show() {
    film.style.setProperty("--frame", slider.value);
    slider.setAttribute("aria-valuetext", moments[slider.value].dataset.time);
    moments.forEach((moment, at) => { moment.hidden = at !== Number(slider.value); });
  }

  function stop() {
    clearInterval(playing);
    playing = null;
    button.textContent = "Play";
    film.querySelector(".film-moments").setAttribute("aria-live", "polite");
  }

  function play() {
    button.textContent = "Pause";
    film.querySelector(".film-moments").setAttribute("aria-live", "off");
    playing = setInterval(() => {
      slider.value = (Number(slider.value) + 1) % moments.length;
      show();
    }, 400);
  }

  slider.addEventListener("input", () => { stop(); show(); });
  button.addEventListener("click", () => { if (playing === null) { play(); } else { stop(); } });
  film.querySelectorAll(".film-toggle").forEach((box) => box.addEventListener("change", () => {
    film.querySelector(`[data-column="${box.value}"]`).hidden = !box.checked;
  }));
});

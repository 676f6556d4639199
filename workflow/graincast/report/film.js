"use strict";
// Films: the slider chooses the time, the button plays, the boxes hide columns.

const STEP = 400; // milliseconds a time when playing

function offerTime(film) {
  const slider = film.querySelector("input[type=range]");
  const button = film.querySelector(".film-play");
  const word = button.firstElementChild;
  const told = film.querySelector(".film-moments");
  const moments = [...told.children];
  let playing = null;

  const show = () => {
    const chosen = Number(slider.value);
    film.style.setProperty("--frame", chosen);
    slider.setAttribute("aria-valuetext", moments[chosen].dataset.time);
    moments.forEach((moment, at) => (moment.hidden = at !== chosen));
  };
  const rest = () => {
    clearInterval(playing);
    playing = null;
    word.textContent = "Play";
    told.setAttribute("aria-live", "polite");
  };
  const play = () => {
    word.textContent = "Pause";
    told.setAttribute("aria-live", "off"); // nobody can listen as fast as it plays
    playing = setInterval(() => {
      slider.value = (Number(slider.value) + 1) % moments.length;
      show();
    }, STEP);
  };
  slider.addEventListener("input", () => (rest(), show()));
  button.addEventListener("click", () => (playing === null ? play() : rest()));
}

function offerColumns(film) {
  for (const box of film.querySelectorAll("input[type=checkbox]")) {
    const column = film.querySelector(`[data-column="${box.value}"]`);
    box.addEventListener("change", () => (column.hidden = !box.checked));
  }
}

document.querySelectorAll(".film-controls").forEach((controls) => (controls.hidden = false));
document.querySelectorAll(".film").forEach(offerTime);
document.querySelectorAll(".film").forEach(offerColumns);

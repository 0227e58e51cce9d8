// The player of the live lab: which pictures were asked for, which were seen, and the film between.
//
// Pictures have numbers. They are asked for ahead, so that Python draws while others are on their way
// or seen. A pause says which was the last to be seen; Python goes back to it, and what still comes is
// not shown. Nothing here knows the page or Jupyter:
//   pictures, ahead   how many in one answer, and how many may be asked for and not seen yet
//   speed()           rounds of a picture, and milliseconds from one to the next (0: as they come)
//   ask(message)      to Python, which answers      tell(message)   to Python, if it is there
//   onPlaying(is)     it plays now, or does not

// From one picture to the next, if there are others to follow and if there are few.
const LEAST_MILLISECONDS = 14;
const AT_EASE = 24;

export function openPlayer({ pictures, ahead, speed, ask, tell, onPlaying }) {
  let playing = false, asked = 0, seen = 0, late = 0, askAt = 0, due;

  const play = (is) => {
    playing = is;
    onPlaying(is);
  };
  const askForMore = () => {
    const [rounds, milliseconds] = speed(), many = milliseconds ? 1 : pictures;
    askAt = performance.now() + milliseconds;
    ask({ kind: "play", rounds, number: asked + 1, pictures: many });
    asked += many;
    next();
  };
  const next = () => {
    clearTimeout(due);
    const [, milliseconds] = speed();
    if (!playing || asked - seen > (milliseconds ? 0 : ahead - pictures)) return;
    const wait = askAt - performance.now();
    // At once, if it is time: a timer would have to wait until the page is drawn.
    if (wait <= 0) askForMore(); else due = setTimeout(askForMore, wait);
  };

  // Pictures that have come and are still to be seen, one at a time.
  let film = [], frame = 0, seenAt = 0;
  const see = (draw) => {
    const view = film.shift();
    seen = view.number;
    if (!view.stopped) next(); // before the picture is drawn, so that Python works meanwhile
    draw(view);
  };
  const roll = (draw) => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame((now) => {
      if (!film.length) return;
      if (now - seenAt >= (film.length > pictures ? LEAST_MILLISECONDS : AT_EASE)) {
        seenAt = now;
        see(draw);
      }
      roll(draw);
    });
  };
  const arrive = (view, draw) => {
    if (view.film && view.number <= late) return; // it came too late
    if (view.film && view.number <= asked) {
      film.push(...view.film.map((frame) => ({ ...view, ...frame })), view);
      return roll(draw);
    }
    // What a hand has done is seen at once, in place of the pictures before it; so is the end of a
    // film that this page has not asked for.
    film = [view];
    see(draw);
  };

  // What a hand does is done to what is seen. Python goes back to it; what still comes is too late.
  const act = (message) => {
    late = asked;
    film = [];
    ask({ ...message, seen });
  };
  // Where there is nobody to tell, or nothing to be told.
  const halt = () => {
    film = [];
    clearTimeout(due);
    play(false);
  };
  const toggle = () => {
    const wasPlaying = playing;
    halt();
    if (wasPlaying) return act({ kind: "pause" });
    play(true);
    seen = asked;
    askAt = 0;
    next();
  };
  // Python may only have been busy: what it was asked for still comes, and is taken back.
  const giveUp = () => {
    const wasPlaying = playing;
    halt();
    if (!wasPlaying) return;
    late = asked;
    try { tell({ kind: "pause", seen }); } catch { /* there is nobody to tell */ }
  };

  return { get playing() { return playing; }, arrive, act, halt, toggle, giveUp };
}

// Checks a certificate in the browser, without a network: its signature, its days, the status list.
// The same steps as domain/certificates/verifying.py; both are tried on one set of examples.
"use strict";

(() => {
  const place = document.getElementById("certificate-check");
  if (!place || !window.nacl) return;
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const keys = read("check-keys");
  const words = read("check-words");
  let listed = read("check-status");
  let last = "";

  function bytes(text) {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (one) => one.charCodeAt(0));
  }

  const said = (part) => JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes(part)));
  const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

  // The claims of a genuine token of a kind, or the name of what is wrong.
  function opened(token, kind) {
    const parts = token.trim().split(".");
    let header;
    try {
      if (parts.length !== 3) return "unreadable";
      header = said(parts[0]);
    } catch {
      return "unreadable";
    }
    if (!isObject(header) || header.typ !== kind || header.alg !== "Ed25519") return "unreadable";
    const key = keys.keys.find((one) => one.kid === header.kid);
    if (!key) return "unknown_key";
    try {
      const text = new TextEncoder().encode(`${parts[0]}.${parts[1]}`);
      if (!nacl.sign.detached.verify(text, bytes(parts[2]), bytes(key.x))) return "forged";
      const claims = said(parts[1]);
      return isObject(claims) ? claims : "unreadable";
    } catch {
      return "forged";
    }
  }

  async function unpacked(packed) {
    const stream = new Blob([bytes(packed)]).stream().pipeThrough(new DecompressionStream("deflate"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  }

  // What a genuine status list says; null when there is none.
  function list(token) {
    const claims = token ? opened(token, "statuslist+jwt") : "";
    if (typeof claims === "string" || !isObject(claims.status_list)) return null;
    const times = Number.isInteger(claims.iat) && Number.isInteger(claims.exp);
    return times && claims.status_list.bits === 1 && typeof claims.status_list.lst === "string" ? claims : null;
  }

  // Whether it is revoked, null when no list can tell: a bit once set stays set, one not set holds until the
  // list runs out.
  async function revoked(position, now) {
    const found = list(listed);
    if (!found) return [null, null];
    try {
      const bits = await unpacked(found.status_list.lst);
      if (position < 0 || position >= bits.length * 8) return [null, null];
      const set = ((bits[position >> 3] >> (position & 7)) & 1) === 1;
      return !set && now > found.exp ? [null, found.iat] : [set, found.iat];
    } catch {
      return [null, null];
    }
  }

  async function check(token) {
    const claims = opened(token, "tc-cert+jwt");
    if (typeof claims === "string") return { finding: claims };
    const texts = ["jti", "kind", "name", "id4", "iss"].every((key) => typeof claims[key] === "string");
    const numbers = ["nbf", "exp", "idx"].every((key) => Number.isInteger(claims[key]));
    if (!texts || !numbers) return { finding: "unreadable" };
    const now = Date.now() / 1000;
    const [gone, at] = await revoked(claims.idx, now);
    const finding = gone ? "revoked"
      : now > claims.exp ? "expired"
      : now < claims.nbf ? "not_yet"
      : gone === null ? "unsure" : "good";
    return { finding, claims, at };
  }

  const day = (seconds) => new Date((seconds + 8 * 3600) * 1000).toISOString().slice(0, 10);

  function line(parent, label, value) {
    const term = document.createElement("dt");
    const text = document.createElement("dd");
    term.textContent = label;
    text.textContent = value;
    text.lang = "zh-Hans";
    parent.append(term, text);
  }

  async function show(token) {
    last = token;
    const found = await check(token);
    const box = document.getElementById("check-result");
    const [heading, advice, tone] = words.findings[found.finding];
    box.replaceChildren();
    box.hidden = false;
    box.className = `notice ${tone} verdict`;
    box.dataset.finding = found.finding;
    const inner = document.createElement("div");
    const title = document.createElement("h2");
    const text = document.createElement("p");
    title.textContent = heading;
    text.textContent = advice;
    inner.append(title, text);
    if (found.claims) {
      const facts = document.createElement("dl");
      facts.className = "facts";
      const [kind, number, name, end, valid, issuer] = words.labels;
      line(facts, kind, found.claims.kind);
      line(facts, number, found.claims.jti);
      line(facts, name, found.claims.name);
      line(facts, end, found.claims.id4);
      line(facts, valid, `${day(found.claims.nbf)} – ${day(found.claims.exp)}`);
      line(facts, issuer, found.claims.iss);
      inner.append(facts);
    }
    box.append(inner);
    box.focus();
  }

  function say(text) {
    document.getElementById("check-said").textContent = text;
  }

  function tellList() {
    const found = list(listed);
    document.getElementById("check-list").textContent = found
      ? words.listOf.replace("%s", day(found.iat)).replace("%s", day(found.exp))
      : words.noList;
  }

  function squareIn(image, width, height) {
    const scale = Math.min(1, 1600 / Math.max(width, height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(width * scale));
    canvas.height = Math.max(1, Math.round(height * scale));
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    const pixels = context.getImageData(0, 0, canvas.width, canvas.height);
    return jsQR(pixels.data, canvas.width, canvas.height);
  }

  async function fromPicture(file) {
    document.getElementById("check-said").classList.remove("field-error");
    say("");
    try {
      const picture = await createImageBitmap(file);
      const found = squareIn(picture, picture.width, picture.height);
      if (found) show(found.data);
      else say(words.noSquare);
    } catch {
      say(words.noSquare);
    }
  }

  async function fromCamera(button) {
    const video = document.getElementById("check-video");
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      say(words.noCamera);
      return;
    }
    button.hidden = true;
    video.hidden = false;
    video.srcObject = stream;
    await video.play();
    const look = () => {
      const found = video.videoWidth ? squareIn(video, video.videoWidth, video.videoHeight) : null;
      if (!found) {
        setTimeout(look, 150);
        return;
      }
      for (const track of stream.getTracks()) track.stop();
      video.hidden = true;
      button.hidden = false;
      show(found.data);
    };
    look();
  }

  document.getElementById("check-form").addEventListener("submit", (event) => {
    event.preventDefault();
    say("");
    const typed = document.getElementById("id_token").value.trim();
    const box = document.getElementById("check-said");
    box.classList.toggle("field-error", !typed);
    if (typed) {
      show(typed);
      return;
    }
    document.getElementById("check-result").hidden = true;
    say(words.empty);
    box.focus();
  });
  document.getElementById("check-picture").addEventListener("change", (event) => {
    if (event.target.files[0]) fromPicture(event.target.files[0]);
  });
  document.getElementById("check-newer").addEventListener("change", async (event) => {
    const file = event.target.files[0];
    if (!file) return;
    const text = await file.text();
    const newer = list(text);
    const known = list(listed);
    if (!newer) say(words.notAList);
    else if (known && newer.iat < known.iat) say(words.olderList);
    else {
      listed = text;
      say(words.newList);
      tellList();
      if (last) show(last);
    }
  });
  const camera = document.getElementById("check-camera");
  if (navigator.mediaDevices && navigator.mediaDevices.getUserMedia) {
    camera.hidden = false;
    camera.addEventListener("click", () => fromCamera(camera));
  }
  for (const one of place.querySelectorAll("[data-with-script]")) one.hidden = false;
  tellList();
})();

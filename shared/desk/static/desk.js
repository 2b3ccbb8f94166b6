// Drag and drop, progress while a file is sent and while its rows are worked on. All of it works without.
"use strict";
const work = document.querySelector("[data-work]");
if (work) {
  const look = async () => {
    try {
      const answer = await fetch(location.href, { redirect: "error" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const now = page.querySelector("[data-work]");
      if (!now) {
        location.reload();
        return;
      }
      work.replaceChildren(...now.childNodes);
    } catch {
      // The server is away for a moment, or the session has ended: the link below the bar leads on.
    }
    setTimeout(look, 2000);
  };
  setTimeout(look, 2000);
}
for (const form of document.querySelectorAll("form.upload")) {
  const file = form.querySelector("input[type=file]");
  const said = form.querySelector(".progress");
  const button = form.querySelector("button");

  form.addEventListener("dragover", (event) => {
    event.preventDefault();
    form.classList.add("over");
  });
  form.addEventListener("dragleave", () => form.classList.remove("over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("over");
    if (event.dataTransfer.files.length) file.files = event.dataTransfer.files;
  });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const request = new XMLHttpRequest();
    const again = (text) => {
      said.textContent = text;
      button.disabled = false;
    };
    request.upload.addEventListener("progress", (step) => {
      if (step.lengthComputable) said.textContent = Math.floor((step.loaded / step.total) * 100) + "%";
    });
    request.upload.addEventListener("load", () => { said.textContent = form.dataset.sent; });
    request.addEventListener("error", () => again(form.dataset.broken));
    request.addEventListener("load", () => {
      if (request.status < 400) {
        location.assign(request.responseURL);
        return;
      }
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      const reason = page.querySelector(".refusal") || page.querySelector("main section");
      form.parentElement.querySelectorAll(".refusal").forEach((old) => old.remove());
      if (reason) form.before(document.adoptNode(reason));
      again("");
    });
    button.disabled = true;
    request.open("POST", form.action);
    request.send(new FormData(form));
  });
}

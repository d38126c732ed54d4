// A form is sent once, however often its button is pressed. Everything works without this.
document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented) {
        return; // another script sends it in its own way
    }
    if (form.dataset.sent) {
        event.preventDefault();
        return;
    }
    form.dataset.sent = "1";
    // after the form has been read: a disabled button's own value would not be sent
    setTimeout(() => {
        for (const button of form.querySelectorAll("button:not([type=button])")) {
            button.setAttribute("aria-disabled", "true");
        }
    });
});

// a page that comes back from the history can be sent again
window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) {
        delete form.dataset.sent;
        for (const button of form.querySelectorAll("[aria-disabled]")) {
            button.removeAttribute("aria-disabled");
        }
    }
});

// What the pages do where there is JavaScript: they change by themselves, hash a file, say a time
// in the zone of the reader, and go to the search with "/". Without it all of them work as well.
(() => {
	const $ = (selector, from = document) => [...from.querySelectorAll(selector)];
	const here = Intl.DateTimeFormat().resolvedOptions().timeZone;

	// A time is shown in the zone of its goal; where the reader's clock shows another, that is added.
	const localise = (from) => $("time[datetime]:not([data-seen])", from).forEach((t) => {
		t.dataset.seen = "1";
		const at = new Date(t.dateTime);
		const mine = at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
		if (!t.textContent.includes(mine)) {
			t.title = at.toLocaleString() + " " + here;
			t.append(` (${mine} ${document.body.dataset.yours})`);
		}
	});

	// A file is hashed here, and stays here.
	const hash = async (input) => {
		const file = input.files[0], form = input.form, target = form.elements[input.dataset.digest], says = input.parentElement.querySelector("output");
		if (!file) return;
		if (file.size > 1 << 29) {
			says.textContent = input.dataset.large;
			return;
		}
		const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
		target.value = "sha256:" + [...sum].map((b) => b.toString(16).padStart(2, "0")).join("");
		says.textContent = file.name + " ✔";
	};

	const ready = (from) => {
		localise(from);
		$("[data-script]", from).forEach((e) => { e.hidden = !(window.crypto && crypto.subtle); });
	};

	// Whoever fills in a form is not disturbed: the page waits and says that it has changed.
	let waiting = null;
	const busy = () => $("#live form").some((f) => [...f.elements].some((e) =>
		(e.matches("input:not([type=hidden],[type=radio],[type=checkbox],[type=file]),textarea") && e.value !== e.defaultValue) ||
		(e.matches("select") && [...e.options].some((o) => o.selected !== o.defaultSelected)) || (e.type === "file" && e.files.length) || e === document.activeElement)) ||
		$("#live details[open]").some((d) => d.contains(document.activeElement));
	let last = Date.now(), broken = false;
	const pill = document.getElementById("changed");
	document.addEventListener("htmx:sse:before:message", (event) => {
		last = Date.now();
		if (!busy()) {
			waiting = $("#live details[open]").map((d) => d.id).filter(Boolean);
			return;
		}
		event.detail.cancelled = true;
		event.preventDefault();
		if (pill) pill.hidden = false;
	});
	document.addEventListener("htmx:sse:after:message", () => {
		(waiting || []).forEach((id) => { const d = document.getElementById(id); if (d) d.open = true; });
		ready(document.getElementById("live"));
	});
	const signedOut = document.getElementById("signedout");
	const out = (is) => { if (signedOut) signedOut.hidden = !is; };
	document.addEventListener("htmx:sse:after:connection", () => {
		last = Date.now();
		broken = false;
		out(false);
	});

	// Where a proxy cuts streams, the page is looked at again from time to time. Whoever is signed
	// out is told so: what they see no longer changes.
	const stream = document.getElementById("stream");
	document.addEventListener("htmx:sse:error", (event) => {
		broken = true;
		if ([401, 403].includes(event.detail && event.detail.status)) out(true);
	});
	document.addEventListener("htmx:response:error", () => { broken = true; });
	if (stream) setInterval(async () => {
		if (!broken || document.hidden || Date.now() - last < 25000) return;
		last = Date.now();
		const answer = await fetch(location.href, { headers: { Accept: "text/html" }, redirect: "manual" }).catch(() => null);
		if (!answer) return;
		if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) {
			out(true);
			return;
		}
		if (!answer.ok) return;
		const page = new DOMParser().parseFromString(await answer.text(), "text/html");
		const now = page.getElementById("live"), was = document.getElementById("live");
		out(!now);
		if (now && was && now.innerHTML !== was.innerHTML && !busy()) {
			was.replaceWith(now);
			ready(now);
		}
	}, 5000);

	document.addEventListener("change", (event) => {
		if (event.target.matches("input[type=file][data-digest]")) hash(event.target);
	});
	document.addEventListener("submit", (event) => {
		// A form is sent once, however often its button is pressed.
		if (event.target.dataset.sent) event.preventDefault();
		if (event.target.method === "post") event.target.dataset.sent = "1";
	});
	window.addEventListener("pageshow", () => $("form[data-sent]").forEach((f) => delete f.dataset.sent));
	document.addEventListener("keydown", (event) => {
		if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input,textarea,select,[contenteditable]")) return;
		const search = document.querySelector("input[type=search]");
		if (search) {
			event.preventDefault();
			search.focus();
		}
	});
	ready(document);
})();

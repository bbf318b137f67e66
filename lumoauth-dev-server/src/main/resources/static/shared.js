"use strict";
// Code that the console's pages share. All content is set as text.

const byId = (id) => document.getElementById(id);
const number = (value) => value.toLocaleString("en");
const title = document.title;

function element(tag, className, text) {
	const made = document.createElement(tag);
	if (className) {
		made.className = className;
	}
	if (text !== undefined) {
		made.textContent = text;
	}
	return made;
}

function say(text, bad) {
	byId("message").textContent = text;
	byId("message").classList.toggle("bad", Boolean(bad));
}

// Sends a request, and returns the JSON of the answer. An error has words for the page.
async function request(method, path, body) {
	const options = { method, cache: "no-store" };
	if (body !== undefined) {
		options.headers = { "Content-Type": "application/json" };
		options.body = JSON.stringify(body);
	}
	let response;
	let text;
	try {
		response = await fetch(path, options);
		text = await response.text();
	}
	catch (error) {
		throw new Error("the server does not answer. Is it still running?");
	}
	const isJson = (response.headers.get("Content-Type") || "").includes("json");
	const answer = isJson && text ? JSON.parse(text) : {};
	if (!response.ok) {
		throw new Error(answer.message || answer.error || `the server answered ${response.status}.`);
	}
	return answer;
}

async function change(method, path, body, done) {
	try {
		const answer = await request(method, path, body);
		say(typeof done === "function" ? done(answer) : done);
		return true;
	}
	catch (error) {
		say("The change failed: " + error.message, true);
		return false;
	}
}

function details(summary, content) {
	const made = element("details");
	made.append(summary, content);
	const item = element("li");
	item.append(made);
	return item;
}

function showCount(count) {
	document.title = count ? `(${count}) ${title}` : title;
	byId("inbox-count").textContent = count || "";
	byId("inbox-count").hidden = !count;
	byId("inbox-link").setAttribute("aria-label", count ? `Inbox, ${count} waiting` : "Inbox");
}

let instance;

// Calls the page's function for each event of the server, by the name of the event.
function connect(page) {
	const events = new EventSource("/dev/console/events");
	let fresh = true;
	events.addEventListener("open", () => {
		byId("connection").textContent = "Live";
		byId("connection").className = "connection live";
		fresh = true;
	});
	events.addEventListener("error", () => {
		byId("connection").textContent = "Not connected: the server was stopped, or is starting. Trying again";
		byId("connection").className = "connection lost";
		// Most browsers connect again automatically, but not after every failure.
		if (events.readyState === EventSource.CLOSED) {
			setTimeout(() => connect(page), 2000);
		}
	});
	events.addEventListener("instance", (event) => {
		if (instance && instance !== event.data) {
			// The server was restarted, and no longer has what this page shows.
			location.reload();
		}
		instance = event.data;
	});
	events.addEventListener("state", (event) => page.state(JSON.parse(event.data)));
	events.addEventListener("requests", (event) => {
		if (fresh) {
			page.open();
			fresh = false;
		}
		page.requests(JSON.parse(event.data));
	});
	events.addEventListener("events", (event) => page.events && page.events(JSON.parse(event.data)));
	events.addEventListener("inbox", (event) => {
		const inbox = JSON.parse(event.data);
		showCount(inbox.waiting.length);
		page.inbox(inbox);
	});
}

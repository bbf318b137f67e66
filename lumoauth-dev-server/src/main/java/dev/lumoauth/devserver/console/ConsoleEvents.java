/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package dev.lumoauth.devserver.console;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

import dev.lumoauth.devserver.aauth.AuthTokens;
import dev.lumoauth.devserver.approval.Approvals;
import dev.lumoauth.devserver.event.Deliveries;
import dev.lumoauth.devserver.event.EventFaults;
import dev.lumoauth.devserver.event.EventStreams;
import dev.lumoauth.devserver.event.Webhooks;
import dev.lumoauth.devserver.oauth.IssuedToken;
import dev.lumoauth.devserver.oauth.TokenStore;
import dev.lumoauth.devserver.state.Tenants;
import dev.lumoauth.devserver.web.ApiException;
import dev.lumoauth.devserver.web.ApiPaths;
import dev.lumoauth.devserver.web.Faults;
import dev.lumoauth.devserver.web.RecordedRequest;
import dev.lumoauth.devserver.web.RecordedText;
import dev.lumoauth.devserver.web.RequestHistory;

/**
 * Sends the console its content, as server-sent events: everything at first, and after
 * each request the state, the inbox and the new requests. Requests that come close
 * together are sent together.
 */
@RestController
class ConsoleEvents {

	/**
	 * The maximum number of open consoles. With one more, the oldest has to connect
	 * again.
	 */
	private static final int MAX_CONSOLES = 16;

	private static final int MAX_DELIVERIES = 50;

	private static final int TOGETHER_MILLIS = 50;

	private static final int SIGN_OF_LIFE_SECONDS = 15;

	/**
	 * Each process has another value. A page that has content of an earlier process is
	 * outdated.
	 */
	private final String instance = UUID.randomUUID().toString();

	private final Tenants tenants;

	private final TokenStore store;

	private final AuthTokens authTokens;

	private final Faults faults;

	private final RequestHistory history;

	private final Approvals approvals;

	private final EventFaults eventFaults;

	private final EventStreams streams;

	private final Webhooks webhooks;

	private final Deliveries deliveries;

	private final JsonMapper json;

	private final List<Console> consoles = new CopyOnWriteArrayList<>();

	private final Semaphore due = new Semaphore(0);

	private final Thread sender = new Thread(this::run, "console-events");

	ConsoleEvents(Tenants tenants, TokenStore store, AuthTokens authTokens, Faults faults, RequestHistory history,
			Approvals approvals, EventFaults eventFaults, EventStreams streams, Webhooks webhooks,
			Deliveries deliveries, JsonMapper json) {
		this.tenants = tenants;
		this.store = store;
		this.authTokens = authTokens;
		this.faults = faults;
		this.history = history;
		this.approvals = approvals;
		this.eventFaults = eventFaults;
		this.streams = streams;
		this.webhooks = webhooks;
		this.deliveries = deliveries;
		this.json = json;
		deliveries.onDelivery(this::changed);
		history.onRequest(this::changed);
		this.sender.setDaemon(true);
		this.sender.start();
	}

	@GetMapping(path = ApiPaths.CONSOLE_EVENTS, produces = MediaType.TEXT_EVENT_STREAM_VALUE)
	ResponseEntity<SseEmitter> connect() {
		Console console = new Console();
		console.send("instance", this.instance);
		console.send();
		this.consoles.add(console);
		while (this.consoles.size() > MAX_CONSOLES) {
			this.consoles.remove(0).emitter.complete();
		}
		// The requests that came in the meantime.
		changed();
		return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(console.emitter);
	}

	@GetMapping(ApiPaths.CONSOLE_REQUESTS + "/{number}")
	RecordedText text(@PathVariable long number) {
		return this.history.text(number)
			.orElseThrow(() -> ApiException.api(HttpStatus.NOT_FOUND, "not_found",
					"The text of this request is no longer kept"));
	}

	@EventListener(ContextClosedEvent.class)
	void stop() {
		this.sender.interrupt();
		this.consoles.forEach((console) -> console.emitter.complete());
	}

	private void changed() {
		this.due.release();
	}

	private void run() {
		try {
			while (true) {
				if (this.due.tryAcquire(SIGN_OF_LIFE_SECONDS, TimeUnit.SECONDS)) {
					Thread.sleep(TOGETHER_MILLIS);
					this.due.drainPermits();
					this.consoles.forEach(Console::send);
				}
				else {
					this.consoles.forEach(Console::signOfLife);
				}
			}
		}
		catch (InterruptedException ex) {
			// The server is stopping.
		}
	}

	/** The most recent one is the last. */
	private List<IssuedToken> tokens() {
		return Stream.concat(this.store.list().stream(), this.authTokens.list().stream())
			.sorted(Comparator.comparing(IssuedToken::issuedAt))
			.toList();
	}

	private final class Console {

		private final SseEmitter emitter = new SseEmitter(0L);

		private long sent;

		private Console() {
			this.emitter.onCompletion(() -> ConsoleEvents.this.consoles.remove(this));
		}

		private synchronized void send() {
			List<RecordedRequest> requests = ConsoleEvents.this.history.after(this.sent);
			if (!requests.isEmpty()) {
				this.sent = requests.get(requests.size() - 1).number();
			}
			ConsoleState state = ConsoleState.of(FaultState.of(ConsoleEvents.this.faults),
					ConsoleEvents.this.tenants.all(), ConsoleEvents.this.tokens());
			send("state", state);
			send("requests", requests);
			send("events",
					EventsState.of(FaultState.of(ConsoleEvents.this.eventFaults), ConsoleEvents.this.tenants.all(),
							ConsoleEvents.this.streams, ConsoleEvents.this.webhooks,
							ConsoleEvents.this.deliveries.list().stream().limit(MAX_DELIVERIES).toList()));
			sendInbox();
		}

		private void sendInbox() {
			send("inbox", InboxState.of(ConsoleEvents.this.tenants.all(), ConsoleEvents.this.approvals));
		}

		private synchronized void signOfLife() {
			// A request that waits for a decision expires without any HTTP request.
			sendInbox();
		}

		private void send(String name, Object data) {
			// As text. Otherwise a closed page would be an error of the JSON, and would
			// be logged.
			tell(name, ConsoleEvents.this.json.writeValueAsString(data));
		}

		private void tell(String name, String text) {
			try {
				this.emitter.send(SseEmitter.event().name(name).data(text, MediaType.APPLICATION_JSON));
			}
			catch (IOException | IllegalStateException ex) {
				// The page is closed.
				ConsoleEvents.this.consoles.remove(this);
			}
		}

	}

}

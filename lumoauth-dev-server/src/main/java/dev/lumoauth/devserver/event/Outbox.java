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

package dev.lumoauth.devserver.event;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Sends events with one thread for each target, so that a target that doesn't answer does
 * not delay the others. An event that is not accepted is sent at most 5 times: again
 * after 1, 2, 4 and 8 seconds.
 */
@Component
class Outbox {

	private static final Duration PATIENCE = Duration.ofSeconds(5);

	private static final int MAX_ATTEMPTS = 5;

	private static final int MAX_WAITING = 1_000;

	private static final int MAX_ANSWER = 4_096;

	private static final int REORDER_MILLIS = 2_000;

	private static final JsonMapper JSON = JsonMapper.builder().build();

	private final HttpClient http = HttpClient.newBuilder()
		.version(HttpClient.Version.HTTP_1_1)
		.connectTimeout(PATIENCE)
		.build();

	private final Map<EventTarget, Line> lines = new ConcurrentHashMap<>();

	private final Deliveries deliveries;

	private final EventFaults faults;

	Outbox(Deliveries deliveries, EventFaults faults) {
		this.deliveries = deliveries;
		this.faults = faults;
	}

	void send(EventTarget target, Message message, @Nullable EventFault fault) {
		this.lines.computeIfAbsent(target, Line::new).add(new Letter(message, fault));
	}

	void close(EventTarget target) {
		Line line = this.lines.remove(target);
		if (line != null) {
			line.thread.shutdownNow();
		}
	}

	@EventListener(ContextClosedEvent.class)
	void stop() {
		this.lines.values().forEach((line) -> line.thread.shutdownNow());
	}

	private static ScheduledThreadPoolExecutor thread(EventTarget target) {
		ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, (task) -> {
			Thread thread = new Thread(task, "events-" + target.id());
			thread.setDaemon(true);
			return thread;
		});
		executor.setKeepAliveTime(1, TimeUnit.MINUTES);
		executor.allowCoreThreadTimeOut(true);
		executor.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
		executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
		return executor;
	}

	/** The result is in the list of deliveries, also if it is a failure. */
	private static String describe(HttpResponse<InputStream> response) throws IOException {
		try (InputStream body = response.body()) {
			String text = new String(body.readNBytes(MAX_ANSWER), StandardCharsets.UTF_8);
			if (response.statusCode() / 100 == 2) {
				return "taken";
			}
			JsonNode json = JSON.readTree(text);
			String error = json.path("err").asString("") + " " + json.path("description").asString("");
			return "refused " + error.substring(0, Math.min(error.length(), 200)).trim();
		}
		catch (JacksonException ex) {
			return "refused";
		}
	}

	private record Letter(Message message, @Nullable EventFault fault) {
	}

	/**
	 * The events that wait for one target.
	 */
	private final class Line {

		private final EventTarget target;

		private final ScheduledThreadPoolExecutor thread;

		private @Nullable Letter held;

		private Line(EventTarget target) {
			this.target = target;
			this.thread = thread(target);
		}

		private synchronized void add(Letter letter) {
			EventFault fault = letter.fault;
			if (fault == EventFault.LOSE) {
				record(letter, 0, null, "lost");
			}
			else if (fault == EventFault.REORDER && this.held == null) {
				this.held = letter;
				schedule(this::release, REORDER_MILLIS);
			}
			else {
				int times = (fault == EventFault.REPEAT) ? 3 : 1;
				for (int i = 0; i < times; i++) {
					later(letter, 1, (fault == EventFault.DELAY) ? Outbox.this.faults.delay() : Duration.ZERO);
				}
				release();
			}
		}

		private synchronized void release() {
			if (this.held != null) {
				later(this.held, 1, Duration.ZERO);
				this.held = null;
			}
		}

		private void later(Letter letter, int attempt, Duration delay) {
			if (this.thread.isShutdown() || this.thread.getQueue().size() >= MAX_WAITING) {
				record(letter, 0, null, this.thread.isShutdown() ? "not sent: the target was removed"
						: "not sent: %d events already wait".formatted(MAX_WAITING));
				return;
			}
			schedule(() -> post(letter, attempt), delay.toMillis());
		}

		/** The result is recorded, and not read here. */
		@SuppressWarnings("FutureReturnValueIgnored")
		private void schedule(Runnable task, long millis) {
			this.thread.schedule(task, millis, TimeUnit.MILLISECONDS);
		}

		private void post(Letter letter, int attempt) {
			HttpRequest.Builder request = HttpRequest.newBuilder(this.target.url())
				.timeout(PATIENCE)
				.POST(BodyPublishers.ofString(letter.message.body()));
			letter.message.headers().forEach(request::header);
			boolean again;
			try {
				HttpResponse<InputStream> response = Outbox.this.http.send(request.build(),
						BodyHandlers.ofInputStream());
				record(letter, attempt, response.statusCode(), describe(response));
				again = response.statusCode() >= 500 || response.statusCode() == 429;
			}
			catch (IOException ex) {
				record(letter, attempt, null, "no answer");
				again = true;
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				again = false;
			}
			if (again && attempt < MAX_ATTEMPTS) {
				later(letter, attempt + 1, Duration.ofSeconds(1L << (attempt - 1)));
			}
		}

		private void record(Letter letter, int attempt, @Nullable Integer status, String outcome) {
			Outbox.this.deliveries.add(this.target, letter.message, attempt, status, outcome, letter.fault);
		}

	}

}

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

package dev.lumoauth.demo.chat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;

import dev.lumoauth.demo.journey.Journey;
import dev.lumoauth.demo.journey.JourneyListener;
import dev.lumoauth.demo.journey.NumberedStep;
import dev.lumoauth.demo.outbox.Outbox;
import dev.lumoauth.demo.outbox.SentReport;
import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalDecidedEvent;
import dev.lumoauth.spring.approval.ApprovalRequestedEvent;
import dev.lumoauth.spring.approval.ApprovalState;
import dev.lumoauth.spring.approval.ApprovedCallEvent;
import org.jspecify.annotations.Nullable;

import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * The chat as the page shows it: questions, calls that a person decides about, and their
 * results. The chat is kept here. So all open pages show the same, and a page that is
 * opened again shows it too.
 */
@Component
class ChatLog implements SmartLifecycle {

	private static final int MAX = 40;

	/** Less than Spring Boot allows for a phase of the shutdown. */
	private static final Duration LONGEST_END = Duration.ofSeconds(25);

	/**
	 * Each process has another value. A page that has content of an earlier process is
	 * outdated.
	 */
	private final String instance = UUID.randomUUID().toString();

	private final Map<String, Entry> entries = new LinkedHashMap<>();

	private final PageStream stream;

	private final Outbox outbox;

	private final Gauges gauges;

	private final Clock clock = Clock.systemUTC();

	private int answering;

	private volatile boolean running;

	ChatLog(PageStream stream, Outbox outbox, Gauges gauges) {
		this.stream = stream;
		this.outbox = outbox;
		this.gauges = gauges;
	}

	/**
	 * Send a page everything that is known, and then each change.
	 */
	SseEmitter open() {
		// Outside the monitor, because this may send a request to LumoAuth.
		Map<String, Object> all = new LinkedHashMap<>(this.gauges.now());
		synchronized (this) {
			all.put("instance", this.instance);
			all.put("entries", this.entries.values().stream().map(this::shown).toList());
			all.put("sent", this.outbox.sent());
			return this.stream.open(all);
		}
	}

	/**
	 * Ask a question, and record what happens.
	 * @param question the question
	 * @param also another listener that is told what happens
	 * @param answering asks the agent
	 * @return what happened
	 */
	Journey ask(String question, JourneyListener also, Function<JourneyListener, Journey> answering) {
		Entry entry = new Entry(UUID.randomUUID().toString(), question);
		entry.answering = true;
		add(entry);
		return record(entry.id, also, answering);
	}

	/**
	 * Record what happens after a person's decision.
	 * @param approval the request that was decided
	 * @param answering makes the agent continue
	 */
	void goOn(Approval approval, Function<JourneyListener, Journey> answering) {
		record(approval.id(), JourneyListener.NONE, answering);
	}

	private Journey record(String id, JourneyListener also, Function<JourneyListener, Journey> answering) {
		begin();
		try {
			return recorded(id, also, answering);
		}
		finally {
			end();
		}
	}

	private Journey recorded(String id, JourneyListener also, Function<JourneyListener, Journey> answering) {
		Journey journey = answering.apply(new Writer(id, also));
		update(id, (entry) -> {
			if (entry.answer.isEmpty() && journey.answer() != null) {
				entry.answer.append(journey.answer());
			}
			entry.failure = (journey.failure() != null) ? ChatFailure.of(journey.failure()) : null;
			entry.answering = false;
			entry.doing = null;
		});
		return journey;
	}

	/**
	 * A call that LumoAuth's rules approve at once continues without waiting for a
	 * person.
	 */
	@EventListener
	void requested(ApprovalRequestedEvent event) {
		Approval approval = event.getApproval();
		if (approval.state() == ApprovalState.PENDING) {
			Entry entry = new Entry(approval.id(), null);
			entry.approval = approval;
			add(entry);
		}
	}

	@EventListener
	@Order(0)
	void decided(ApprovalDecidedEvent event) {
		update(event.getApproval().id(), (entry) -> {
			entry.approval = event.getApproval();
			// Otherwise the page would show for a moment that nothing more comes.
			entry.answering = true;
		});
	}

	@EventListener
	void ran(ApprovedCallEvent event) {
		update(event.getApproval().id(), (entry) -> entry.approval = event.getApproval());
	}

	@EventListener
	synchronized void sent(SentReport report) {
		this.stream.tell("sent", report);
	}

	synchronized boolean has(Approval approval) {
		return this.entries.containsKey(approval.id());
	}

	private synchronized void begin() {
		this.answering++;
	}

	private synchronized void end() {
		this.answering--;
		notifyAll();
	}

	@Override
	public void start() {
		this.running = true;
	}

	/**
	 * Let the running chats end, while everything that they need is there, and close the
	 * pages: otherwise the web server would wait for them.
	 */
	@Override
	public synchronized void stop() {
		Instant latest = this.clock.instant().plus(LONGEST_END);
		try {
			while (this.answering > 0 && this.clock.instant().isBefore(latest)) {
				wait(Duration.between(this.clock.instant(), latest).toMillis() + 1);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.stream.close();
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	private synchronized void add(Entry entry) {
		this.entries.put(entry.id, entry);
		Iterator<Entry> oldest = this.entries.values().iterator();
		while (this.entries.size() > MAX && oldest.hasNext()) {
			// Never an entry that may still change.
			if (oldest.next().isOver()) {
				oldest.remove();
			}
		}
		this.stream.tell("entry", shown(entry));
	}

	private synchronized void update(String id, Consumer<Entry> change) {
		Entry entry = this.entries.get(id);
		if (entry != null) {
			change.accept(entry);
			this.stream.tell("entry", shown(entry));
		}
	}

	private synchronized void tell(String id, String event, Object data, Consumer<Entry> change) {
		Entry entry = this.entries.get(id);
		if (entry != null) {
			change.accept(entry);
			this.stream.tell(event, Map.of("id", id, event, data));
		}
	}

	private ChatEntry shown(Entry entry) {
		return new ChatEntry(entry.id, entry.question,
				(entry.approval != null) ? ApprovalCard.of(entry.approval, this.clock.instant()) : null,
				entry.answer.toString(), entry.answering, entry.doing, entry.failure, List.copyOf(entry.steps));
	}

	/**
	 * Writes steps into an entry.
	 */
	private final class Writer implements JourneyListener {

		private final String id;

		private final JourneyListener also;

		private Writer(String id, JourneyListener also) {
			this.id = id;
			this.also = also;
		}

		@Override
		public void step(NumberedStep step) {
			tell(this.id, "step", step, (entry) -> entry.steps.add(step));
			this.also.step(step);
		}

		@Override
		public void doing(@Nullable String what) {
			tell(this.id, "doing", (what != null) ? what : "", (entry) -> entry.doing = what);
			this.also.doing(what);
		}

		@Override
		public void text(String text) {
			tell(this.id, "text", text, (entry) -> entry.answer.append(text));
			this.also.text(text);
		}

	}

	private static final class Entry {

		private final String id;

		private final @Nullable String question;

		private final StringBuilder answer = new StringBuilder();

		private final List<NumberedStep> steps = new ArrayList<>();

		private @Nullable Approval approval;

		private boolean answering;

		private @Nullable String doing;

		private @Nullable ChatFailure failure;

		private Entry(String id, @Nullable String question) {
			this.id = id;
			this.question = question;
		}

		private boolean isOver() {
			return !this.answering && (this.approval == null || this.approval.state().isFinal());
		}

	}

}

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

package dev.lumoauth.demo.approval;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

import dev.lumoauth.demo.chat.ChatFailure;
import dev.lumoauth.demo.outbox.Outbox;
import dev.lumoauth.demo.outbox.SentReport;
import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalDecidedEvent;
import dev.lumoauth.spring.approval.ApprovalRequestedEvent;
import dev.lumoauth.spring.approval.ApprovalState;
import dev.lumoauth.spring.approval.ApprovedCallEvent;
import org.jspecify.annotations.Nullable;

import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Knows the calls that wait for a person, and what came of the last 20, for pages that
 * are opened later.
 */
@Component
class ApprovalCards {

	private static final int MAX = 20;

	private final Map<String, Entry> entries = new LinkedHashMap<>();

	private final ApprovalStream stream;

	private final Outbox outbox;

	private final Clock clock = Clock.systemUTC();

	ApprovalCards(ApprovalStream stream, Outbox outbox) {
		this.stream = stream;
		this.outbox = outbox;
	}

	/**
	 * Tell a page all that is known, and then what changes.
	 */
	synchronized SseEmitter open() {
		return this.stream
			.open(Map.of("cards", this.entries.values().stream().map(this::card).toList(), "sent", this.outbox.sent()));
	}

	/**
	 * A call that LumoAuth's rules approve at once goes on by itself, and waits for
	 * nobody.
	 */
	@EventListener
	synchronized void requested(ApprovalRequestedEvent event) {
		Approval approval = event.getApproval();
		if (approval.state() != ApprovalState.PENDING) {
			return;
		}
		this.entries.put(approval.id(), new Entry(approval, "", false, null));
		if (this.entries.size() > MAX) {
			// Never one of which something may come yet.
			this.entries.values()
				.stream()
				.filter((entry) -> entry.approval().state().isFinal() && !entry.answering())
				.findFirst()
				.ifPresent((entry) -> this.entries.remove(entry.approval().id()));
		}
		update(approval.id(), UnaryOperator.identity());
	}

	@EventListener
	@Order(0)
	synchronized void decided(ApprovalDecidedEvent event) {
		// Or the page would think for a moment that nothing comes any more.
		update(event.getApproval().id(), (entry) -> new Entry(event.getApproval(), "", true, null));
	}

	@EventListener
	synchronized void ran(ApprovedCallEvent event) {
		update(event.getApproval().id(),
				(entry) -> new Entry(event.getApproval(), entry.answer(), entry.answering(), entry.failure()));
	}

	@EventListener
	synchronized void sent(SentReport report) {
		this.stream.tell("sent", report);
	}

	synchronized boolean has(Approval approval) {
		return this.entries.containsKey(approval.id());
	}

	synchronized void text(String id, String text) {
		Entry entry = this.entries.get(id);
		if (entry != null) {
			this.entries.put(id, new Entry(entry.approval(), entry.answer() + text, true, null));
			this.stream.tell("text", Map.of("id", id, "text", text));
		}
	}

	synchronized void step(String id, Object step) {
		this.stream.tell("step", Map.of("id", id, "step", step));
	}

	synchronized void answered(String id, @Nullable ChatFailure failure) {
		update(id, (entry) -> new Entry(entry.approval(), entry.answer(), false, failure));
	}

	private void update(String id, UnaryOperator<Entry> change) {
		Entry entry = this.entries.computeIfPresent(id, (key, before) -> change.apply(before));
		if (entry != null) {
			this.stream.tell("card", card(entry));
		}
	}

	private ApprovalCard card(Entry entry) {
		return ApprovalCard.of(entry.approval(), this.clock.instant(), entry.answer(), entry.answering(),
				entry.failure());
	}

	/**
	 * A call and what came of it.
	 *
	 * @param approval the request
	 * @param answer what the agent has said since the decision
	 * @param answering whether there is more to come
	 * @param failure why there is no answer
	 */
	private record Entry(Approval approval, String answer, boolean answering, @Nullable ChatFailure failure) {
	}

}

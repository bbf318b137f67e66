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

import dev.lumoauth.demo.chat.ChatFailure;
import dev.lumoauth.demo.journey.Journey;
import dev.lumoauth.demo.journey.Journeys;
import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalDecidedEvent;

import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.stereotype.Component;

/**
 * Has the agent go on as soon as a call that waited is decided, page or no page.
 */
@Component
class DecidedChats {

	private final Journeys journeys;

	private final ApprovalCards cards;

	private final AsyncTaskExecutor executor;

	DecidedChats(Journeys journeys, ApprovalCards cards, AsyncTaskExecutor applicationTaskExecutor) {
		this.journeys = journeys;
		this.cards = cards;
		this.executor = applicationTaskExecutor;
	}

	/**
	 * After the card says so, and not on the thread that asks about all that waits.
	 */
	@EventListener
	@Order(1)
	void decided(ApprovalDecidedEvent event) {
		if (event.isToResume() && this.cards.has(event.getApproval())) {
			this.executor.execute(() -> goOn(event.getApproval()));
		}
	}

	private void goOn(Approval approval) {
		Journey journey = this.journeys.goOn(approval, (text) -> this.cards.text(approval.id(), text),
				(step) -> this.cards.step(approval.id(), step));
		this.cards.answered(approval.id(), (journey.failure() != null) ? ChatFailure.of(journey.failure()) : null);
	}

}

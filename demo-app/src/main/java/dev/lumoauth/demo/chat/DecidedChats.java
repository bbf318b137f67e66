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

import dev.lumoauth.demo.journey.Journeys;
import dev.lumoauth.spring.approval.ApprovalDecidedEvent;

import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.stereotype.Component;

/**
 * Makes the agent continue as soon as a waiting call is decided, whether or not a page is
 * open.
 */
@Component
class DecidedChats {

	private final Journeys journeys;

	private final ChatLog log;

	private final AsyncTaskExecutor executor;

	DecidedChats(Journeys journeys, ChatLog log, AsyncTaskExecutor applicationTaskExecutor) {
		this.journeys = journeys;
		this.log = log;
		this.executor = applicationTaskExecutor;
	}

	/**
	 * Runs after the card shows the decision, and not on the thread that polls all
	 * waiting requests.
	 */
	@EventListener
	@Order(1)
	void decided(ApprovalDecidedEvent event) {
		if (event.isToResume() && this.log.has(event.getApproval())) {
			this.executor.execute(() -> this.log.goOn(event.getApproval(),
					(listener) -> this.journeys.goOn(event.getApproval(), listener)));
		}
	}

}

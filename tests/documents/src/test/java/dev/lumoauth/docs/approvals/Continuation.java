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

package dev.lumoauth.docs.approvals;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

import dev.lumoauth.spring.approval.ApprovalDecidedEvent;
import dev.lumoauth.spring.approval.LumoAuthApprovals;
import dev.lumoauth.spring.approval.springai.DecidedChat;
import org.jspecify.annotations.Nullable;

import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Goes on with a chat when a person has decided.
 */
@Component
class Continuation {

	private final Map<String, CompletableFuture<@Nullable String>> answers = new ConcurrentHashMap<>();

	private final Cashier cashier;

	private final LumoAuthApprovals approvals;

	Continuation(Cashier cashier, LumoAuthApprovals approvals) {
		this.cashier = cashier;
		this.approvals = approvals;
	}

	@EventListener
	void decided(ApprovalDecidedEvent event) {
		if (!event.isToResume() || event.getApproval().conversationId() == null) {
			return; // goes on by itself, waits for its user, or has no chat
		}
		String answer = DecidedChat.resume(this.cashier.chat(), this.approvals, event.getApproval()).call().content();
		answer(event.getApproval().id()).complete(answer);
	}

	CompletableFuture<@Nullable String> answer(String id) {
		return this.answers.computeIfAbsent(id, (each) -> new CompletableFuture<>());
	}

}

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
package dev.lumoauth.spring.budget.chat;

import java.util.Arrays;

import dev.lumoauth.spring.budget.AdmittedCall;
import dev.lumoauth.spring.call.CallContext;
import dev.lumoauth.spring.call.ReactiveCallContext;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.observation.ChatModelObservationContext;

/**
 * Finds the enclosing {@link AdmittedCall}. The call is found in the prompt or the
 * advisor context, or else in Reactor's context, or on the thread on which a model was
 * called.
 */
final class EnclosingCall {

	static final CallContext.Key<AdmittedCall> KEY = new CallContext.Key<>("model call on its way to the model");

	private EnclosingCall() {
	}

	static @Nullable AdmittedCall of(ChatClientRequest request, ContextView subscriber) {
		return firstOpen(AdvisedMessages.callOf(request), ReactiveCallContext.of(subscriber).get(KEY),
				CallContext.current().get(KEY));
	}

	static @Nullable AdmittedCall of(ChatModelObservationContext context) {
		return firstOpen(AdvisedMessages.callOf(context.getRequest()), CallContext.current().get(KEY));
	}

	private static @Nullable AdmittedCall firstOpen(@Nullable AdmittedCall... calls) {
		return Arrays.stream(calls).filter((call) -> call != null && call.isOpen()).findFirst().orElse(null);
	}

}

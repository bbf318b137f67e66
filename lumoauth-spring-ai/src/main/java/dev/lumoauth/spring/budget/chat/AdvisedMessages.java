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

import dev.lumoauth.spring.budget.AdmittedCall;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.prompt.Prompt;

/**
 * The messages of a prompt that belongs to an {@link AdmittedCall}: the prompt
 * accompanies a call from thread to thread, through models that wrap models. The messages
 * are equal to the same messages without the call, so that code that compares, stores or
 * sends a prompt sees no difference. Advisors that copy the prompt pass on the advisor
 * context, which contains the call too.
 */
final class AdvisedMessages extends ArrayList<Message> {

	private static final long serialVersionUID = 1L;

	private static final String KEY = AdmittedCall.class.getName();

	private final transient @Nullable AdmittedCall call;

	private AdvisedMessages(List<Message> messages, AdmittedCall call) {
		super(messages);
		this.call = call;
	}

	static ChatClientRequest mark(ChatClientRequest request, AdmittedCall call) {
		Prompt prompt = request.prompt();
		Prompt marked = new Prompt(new AdvisedMessages(prompt.getInstructions(), call), prompt.getOptions());
		return ChatClientRequest.builder().prompt(marked).context(request.context()).context(KEY, call).build();
	}

	/**
	 * Remove the call from the advisor context that comes back with an answer. A later
	 * request with that context is not part of the call.
	 */
	static ChatClientResponse unmark(ChatClientResponse response) {
		if (!response.context().containsKey(KEY)) {
			return response;
		}
		Map<String, @Nullable Object> context = new HashMap<>(response.context());
		context.remove(KEY);
		return new ChatClientResponse(response.chatResponse(), context);
	}

	/**
	 * Return the call that an advisor's request belongs to.
	 */
	static @Nullable AdmittedCall callOf(ChatClientRequest request) {
		return (request.context().get(KEY) instanceof AdmittedCall call && call.isOpen()) ? call
				: callOf(request.prompt());
	}

	/**
	 * Return the call that a prompt belongs to.
	 * @return the call; {@code null} if there is none, or if the prompt was rewritten
	 */
	static @Nullable AdmittedCall callOf(Prompt prompt) {
		return (prompt.getInstructions() instanceof AdvisedMessages messages) ? messages.call : null;
	}

}

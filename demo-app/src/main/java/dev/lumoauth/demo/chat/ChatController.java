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

import dev.lumoauth.demo.journey.Journey;
import dev.lumoauth.demo.journey.JourneyListener;
import dev.lumoauth.demo.journey.Journeys;

import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * The agent over HTTP.
 */
@RestController
class ChatController {

	private static final int MAX_LENGTH = 4000;

	private final Journeys journeys;

	private final ChatLog log;

	private final AsyncTaskExecutor executor;

	ChatController(Journeys journeys, ChatLog log, AsyncTaskExecutor applicationTaskExecutor) {
		this.journeys = journeys;
		this.log = log;
		this.executor = applicationTaskExecutor;
	}

	@PostMapping(path = "/chat", consumes = MediaType.APPLICATION_JSON_VALUE)
	ChatAnswer chat(@RequestBody ChatMessage body) {
		String question = question(body);
		Journey journey = this.log.ask(question, JourneyListener.NONE,
				(listener) -> this.journeys.ask(question, listener));
		if (journey.failure() != null) {
			throw journey.failure();
		}
		return new ChatAnswer(String.valueOf(journey.answer()), journey.steps());
	}

	@PostMapping(path = "/chat/stream", consumes = MediaType.APPLICATION_JSON_VALUE,
			produces = MediaType.TEXT_EVENT_STREAM_VALUE)
	SseEmitter stream(@RequestBody ChatMessage body) {
		String question = question(body);
		ChatStream stream = new ChatStream();
		this.executor.execute(() -> stream.run((listener) -> stream(question, listener)));
		return stream.emitter();
	}

	/**
	 * Accept a question from the page. The page reads the results from {@link #events()}.
	 */
	@PostMapping(path = "/chat/questions", consumes = MediaType.APPLICATION_JSON_VALUE)
	@ResponseStatus(HttpStatus.ACCEPTED)
	void ask(@RequestBody ChatMessage body) {
		String question = question(body);
		this.executor.execute(() -> stream(question, JourneyListener.NONE));
	}

	/**
	 * Send a page everything that was asked and answered so far, and then each change.
	 */
	@GetMapping(path = "/chat/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
	SseEmitter events() {
		return this.log.open();
	}

	private Journey stream(String question, JourneyListener also) {
		return this.log.ask(question, also, (listener) -> this.journeys.stream(question, listener));
	}

	private static String question(ChatMessage body) {
		String message = body.message();
		if (message == null || message.isBlank()) {
			throw new ResponseStatusException(HttpStatus.BAD_REQUEST,
					"A question is missing: send {\"message\":\"...\"}");
		}
		if (message.length() > MAX_LENGTH) {
			throw new ResponseStatusException(HttpStatus.BAD_REQUEST,
					"A question has at most " + MAX_LENGTH + " characters");
		}
		return message;
	}

}

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

import java.io.IOException;
import java.util.Map;
import java.util.function.Function;

import dev.lumoauth.demo.journey.Journey;
import dev.lumoauth.demo.journey.JourneyListener;
import dev.lumoauth.demo.journey.NumberedStep;

import org.springframework.http.MediaType;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * An answer as server-sent events: {@code step} for each step, {@code text} for parts of
 * the answer, and finally {@code answer} or {@code failure}.
 */
class ChatStream implements JourneyListener {

	private final SseEmitter emitter = new SseEmitter(0L);

	private boolean closed;

	SseEmitter emitter() {
		return this.emitter;
	}

	/**
	 * Ask, and send what happens. Returns when everything is sent. Continues to the end
	 * even if the page is closed.
	 */
	void run(Function<JourneyListener, Journey> asking) {
		Journey journey = asking.apply(this);
		if (journey.failure() == null) {
			send("answer", Map.of("answer", String.valueOf(journey.answer())));
		}
		else {
			send("failure", ChatFailure.of(journey.failure()));
		}
		this.emitter.complete();
	}

	@Override
	public void step(NumberedStep step) {
		send("step", step);
	}

	@Override
	public void text(String text) {
		send("text", Map.of("text", text));
	}

	private synchronized void send(String name, Object data) {
		if (this.closed) {
			return;
		}
		try {
			this.emitter.send(SseEmitter.event().name(name).data(data, MediaType.APPLICATION_JSON));
		}
		catch (IOException | IllegalStateException ex) {
			this.closed = true;
		}
	}

}

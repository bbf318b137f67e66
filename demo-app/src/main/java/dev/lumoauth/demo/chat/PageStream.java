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
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Sends each change to the open pages, as server-sent events.
 */
@Component
class PageStream {

	private final List<SseEmitter> pages = new CopyOnWriteArrayList<>();

	/**
	 * Add a page.
	 * @param first what the page is sent at once
	 */
	SseEmitter open(Map<String, Object> first) {
		SseEmitter page = new SseEmitter(0L);
		page.onCompletion(() -> this.pages.remove(page));
		page.onError((ex) -> this.pages.remove(page));
		// A closed page is only noticed when something is sent to it.
		this.pages.forEach((other) -> send(other, SseEmitter.event().comment("")));
		send(page, SseEmitter.event().name("all").data(first, MediaType.APPLICATION_JSON));
		this.pages.add(page);
		return page;
	}

	void tell(String event, Object data) {
		this.pages.forEach((page) -> send(page, SseEmitter.event().name(event).data(data, MediaType.APPLICATION_JSON)));
	}

	private void send(SseEmitter page, SseEmitter.SseEventBuilder event) {
		try {
			page.send(event);
		}
		catch (IOException | IllegalStateException ex) {
			this.pages.remove(page);
		}
	}

	/**
	 * Otherwise the web server would wait until the pages are closed.
	 */
	void close() {
		this.pages.forEach(SseEmitter::complete);
	}

}

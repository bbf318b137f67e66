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

package dev.lumoauth.devserver.web;

import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RequestHistory}.
 */
class RequestHistoryTests {

	private final RequestHistory history = new RequestHistory();

	@Test
	void keepsTheLast() {
		for (int i = 0; i < RequestHistory.SIZE + 5; i++) {
			add("/" + i);
		}
		assertThat(this.history.after(0)).hasSize(RequestHistory.SIZE)
			.extracting(RecordedRequest::path)
			.startsWith("/5")
			.endsWith("/5004");
		assertThat(this.history.after(5004)).extracting(RecordedRequest::path).containsExactly("/5004");
		assertThat(this.history.after(5005)).isEmpty();
		assertThat(this.history.text(5)).isEmpty();
		assertThat(this.history.text(6)).get().extracting(RecordedText::request).isEqualTo("/5");
	}

	@Test
	void tellsOfEach() {
		AtomicInteger told = new AtomicInteger();
		this.history.onRequest(told::incrementAndGet);
		add("/a");
		add("/b");
		assertThat(told).hasValue(2);
	}

	@Test
	void keepsTheTextsOnlyUpToASize() {
		String longText = "x".repeat(1_000_000);
		for (int i = 0; i < 20; i++) {
			add(longText);
		}
		assertThat(this.history.after(0)).hasSize(20);
		assertThat(this.history.text(12)).isEmpty();
		assertThat(this.history.text(14)).isPresent();
		assertThat(this.history.text(20)).isPresent();
	}

	private void add(String path) {
		this.history.add(
				(number) -> new RecordedRequest(number, Instant.EPOCH, "GET", path, 200, 1, null, null, null, null),
				(number) -> new RecordedText(number, path, "", Map.of()));
	}

}

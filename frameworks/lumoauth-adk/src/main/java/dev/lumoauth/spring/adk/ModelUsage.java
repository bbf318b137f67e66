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

package dev.lumoauth.spring.adk;

import java.util.List;

import com.google.adk.models.LlmRequest;
import com.google.adk.models.LlmResponse;
import com.google.genai.types.Content;
import com.google.genai.types.GenerateContentResponseUsageMetadata;

/**
 * The tokens of one model call, as far as they are known: what the model reports, and an
 * estimate if it reports nothing. A streaming model reports the same tokens several
 * times. Thread-safe.
 */
final class ModelUsage {

	private static final int CHARACTERS_PER_TOKEN = 4;

	/** What the call is expected to use. */
	final long prompt;

	private long reported;

	private long answered;

	private long counted;

	ModelUsage(LlmRequest request) {
		this.prompt = tokens(request.contents());
	}

	/**
	 * Take an answer, or a part of one.
	 * @return the tokens that were not counted before
	 */
	synchronized long received(LlmResponse response) {
		boolean whole = !response.partial().orElse(false);
		this.reported = Math.max(this.reported, reported(response));
		if (whole) {
			this.answered += response.content().map((content) -> tokens(List.of(content))).orElse(0L);
		}
		long used = (this.reported > 0 || !whole) ? this.reported : this.prompt + this.answered;
		long added = Math.max(0, used - this.counted);
		this.counted += added;
		return added;
	}

	/**
	 * Return the tokens that were counted so far.
	 */
	synchronized long counted() {
		return this.counted;
	}

	static long reported(LlmResponse response) {
		return response.usageMetadata().flatMap(GenerateContentResponseUsageMetadata::totalTokenCount).orElse(0);
	}

	private static long tokens(List<Content> contents) {
		return contents.stream()
			.flatMap((content) -> content.parts().stream())
			.flatMap(List::stream)
			.mapToLong((part) -> part.text().map(String::length).orElseGet(() -> part.toJson().length()))
			.sum() / CHARACTERS_PER_TOKEN + 1;
	}

}

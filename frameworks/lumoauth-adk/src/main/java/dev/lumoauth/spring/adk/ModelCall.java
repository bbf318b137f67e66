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
import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.GenerateContentResponseUsageMetadata;
import dev.lumoauth.spring.budget.AdmittedCall;
import dev.lumoauth.spring.budget.BudgetMonitor;
import dev.lumoauth.spring.budget.TokenEstimate;
import org.jspecify.annotations.Nullable;

/**
 * One call of a model that the budget has admitted. Its tokens count as soon as they are
 * known: what the model reports, and an estimate if it reports nothing. A streaming model
 * reports the same tokens several times. Thread-safe.
 */
final class ModelCall {

	private final BudgetMonitor budget;

	private final AdmittedCall admitted;

	private final long prompt;

	private long reported;

	private long answered;

	private long counted;

	/**
	 * Begin a call.
	 * @param model the model's name, if the call names one
	 * @throws dev.lumoauth.spring.budget.BudgetExhaustedException if the budget does not
	 * allow it
	 */
	ModelCall(BudgetMonitor budget, LlmRequest request, @Nullable String model) {
		this.budget = budget;
		this.prompt = tokens(request.contents());
		Integer most = request.config().flatMap(GenerateContentConfig::maxOutputTokens).orElse(null);
		this.admitted = AdmittedCall.begin(budget, model, this.prompt + TokenEstimate.ofAnswer(most), null);
	}

	/**
	 * Count an answer, or a part of one.
	 */
	synchronized void received(LlmResponse response) {
		boolean whole = !response.partial().orElse(false);
		this.reported = Math.max(this.reported, reported(response));
		this.answered += whole ? response.content().map((content) -> tokens(List.of(content))).orElse(0L) : 0;
		count((this.reported > 0 || !whole) ? this.reported : this.prompt + this.answered);
		if (whole) {
			end();
		}
	}

	private void count(long used) {
		this.budget.recordTokens(used - this.counted);
		this.counted = Math.max(this.counted, used);
	}

	/**
	 * Hold nothing back for this call any more.
	 */
	void end() {
		this.admitted.end(0);
	}

	/**
	 * End a call whose answer nobody reads: a provider bills what it was sent.
	 */
	synchronized void cancelled() {
		count(this.prompt);
		end();
	}

	static long reported(LlmResponse response) {
		return response.usageMetadata().flatMap(GenerateContentResponseUsageMetadata::totalTokenCount).orElse(0);
	}

	private static long tokens(List<Content> contents) {
		return contents.stream()
			.flatMap((content) -> content.parts().stream())
			.flatMap(List::stream)
			.mapToLong((part) -> TokenEstimate.of(part.text().orElseGet(part::toJson)))
			.sum();
	}

}

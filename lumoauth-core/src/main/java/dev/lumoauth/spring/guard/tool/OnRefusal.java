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

package dev.lumoauth.spring.guard.tool;

import dev.lumoauth.spring.Refusal;
import dev.lumoauth.spring.guard.RefusalText;
import org.jspecify.annotations.Nullable;

/**
 * What happens when a tool call is refused ({@code lumoauth.tools.on-denied}).
 *
 * @since 0.1.0
 */
public enum OnRefusal {

	/**
	 * The model reads the reason instead of the tool's answer, and the chat continues.
	 */
	TELL_MODEL,

	/**
	 * The exception reaches the caller of the chat:
	 * {@link dev.lumoauth.spring.capability.CapabilityDeniedException} for a denial, a
	 * {@link dev.lumoauth.spring.LumoAuthException} if there was no answer.
	 */
	THROW;

	/**
	 * Look for a refusal behind the failure of a tool call. It may come from the guard,
	 * from the tool itself or from guarded code that the tool called. The message of such
	 * an exception is for people.
	 * @param failure the failure of the call
	 * @return the text that the model reads; {@code null} if the failure is the tool's
	 * own
	 * @throws RuntimeException the refusal, if the caller gets the exception instead
	 */
	public @Nullable String translate(Throwable failure) {
		RuntimeException refusal = Refusal.find(failure);
		if (refusal != null && this == THROW) {
			throw refusal;
		}
		return RefusalText.of(refusal);
	}

}

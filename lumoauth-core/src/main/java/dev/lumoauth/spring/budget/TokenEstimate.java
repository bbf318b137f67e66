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

package dev.lumoauth.spring.budget;

import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

/**
 * Estimates the tokens of a model call before it is made, to reserve them. That is done
 * with each call and has to be quick. The estimates are rather too high than too low.
 *
 * @since 0.1.0
 */
public final class TokenEstimate {

	/** An image or another medium: its size does not show what a provider bills. */
	public static final int OF_MEDIUM = 1000;

	private static final int OF_ANSWER = 1000;

	private TokenEstimate() {
	}

	/**
	 * Estimate a text: one token for three bytes of UTF-8.
	 * @param text the text
	 * @return the tokens; 0 for {@code null}
	 */
	public static long of(@Nullable String text) {
		return (text != null) ? (text.getBytes(StandardCharsets.UTF_8).length + 2L) / 3 : 0;
	}

	/**
	 * Estimate an answer: 1,000 tokens, or what the call allows if that is less.
	 * @param most how many tokens the call allows; {@code null} if it sets no maximum
	 * @return the tokens
	 */
	public static int ofAnswer(@Nullable Integer most) {
		return (most != null && most > 0) ? Math.min(most, OF_ANSWER) : OF_ANSWER;
	}

}

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

package dev.lumoauth.spring;

import org.jspecify.annotations.Nullable;

/**
 * A failure of LumoAuth or of the connection to it. The message is for people who run the
 * application: it names addresses, client ids and properties, never a secret or a token.
 * The message is not meant for a model, which reads {@link #modelText()}.
 *
 * @since 0.1.0
 */
public abstract class LumoAuthException extends RuntimeException implements Refusal {

	protected LumoAuthException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

	@Override
	public String code() {
		return "unavailable";
	}

	@Override
	public String modelText() {
		return UNAVAILABLE;
	}

	@Override
	public RuntimeException inWordsForModel() {
		return new LumoAuthUnavailableException(modelText(), null);
	}

}

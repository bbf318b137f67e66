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

package dev.lumoauth.pin;

import java.util.Collection;

import dev.lumoauth.spring.Refusal;

/**
 * Code is refused for want of a PIN.
 *
 * @since 0.1.0
 */
public class PinRequiredException extends RuntimeException implements Refusal {

	private static final long serialVersionUID = 1L;

	PinRequiredException(Collection<String> missing) {
		super("the PIN '" + String.join("', '", missing) + "' has not been entered.");
	}

	@Override
	public String code() {
		return "no_pin";
	}

	@Override
	public String modelText() {
		return "Error: " + getMessage();
	}

	@Override
	public RuntimeException inWordsForModel() {
		return new IllegalStateException(modelText());
	}

}

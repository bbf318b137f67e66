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

package dev.lumoauth.spring.guard;

import dev.lumoauth.spring.LumoAuthSetupException;
import dev.lumoauth.spring.Refusal;
import dev.lumoauth.spring.ResourceDeniedException;
import dev.lumoauth.spring.capability.RequiresCapability;

/**
 * {@link RequiresCapability} can't be enforced: the annotation's value is not valid, or
 * the code can be reached without passing a guard. The application does not start. What
 * shows only in a call is refused, and a model reads nothing of where the code is.
 *
 * @since 0.1.0
 */
public class GuardConfigurationException extends LumoAuthSetupException implements Refusal {

	/**
	 * Create the exception.
	 * @param description what is wrong, with the class and the method
	 * @param action how to write the code instead
	 */
	public GuardConfigurationException(String description, String action) {
		super(description, action);
	}

	@Override
	public String code() {
		return "not_permitted";
	}

	@Override
	public String modelText() {
		return NOT_PERMITTED;
	}

	@Override
	public RuntimeException inWordsForModel() {
		return new ResourceDeniedException(NOT_PERMITTED);
	}

}

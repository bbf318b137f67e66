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

package dev.lumoauth.spring.http.client;

import dev.lumoauth.spring.LumoAuthSetupException;

/**
 * {@link LumoAuthAudience} is used where it has no effect, or has an invalid value. The
 * application does not start: requests would be sent without a token.
 *
 * @since 0.1.0
 */
public class AudienceConfigurationException extends LumoAuthSetupException {

	/**
	 * Create the exception.
	 * @param description what is wrong, with the interface or the bean
	 * @param action how to write the code instead
	 */
	public AudienceConfigurationException(String description, String action) {
		super(description, action);
	}

}

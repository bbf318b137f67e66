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

package dev.lumoauth.spring.approval.client;

import java.util.Map;

/**
 * What a user is asked by {@code oauth/bc-authorize} (OpenID Connect CIBA Core 1.0
 * section 7.1).
 *
 * @param loginHint who is asked: an e-mail address or an id
 * @param message what the user reads
 * @param authorizationDetails one object of authorization details (RFC 9396 section 2),
 * with a {@code type}
 * @since 0.1.0
 */
public record BackchannelQuestion(String loginHint, String message, Map<String, ?> authorizationDetails) {

	/**
	 * Without the parts that contain arguments, and without the user.
	 */
	@Override
	public String toString() {
		return "BackchannelQuestion[]";
	}

}

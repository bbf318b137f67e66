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

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * A request to a user by {@code oauth/bc-authorize} (OpenID Connect CIBA Core 1.0 section
 * 7.3).
 *
 * @param authReqId the request's id. The id is a secret: with it and the agent's
 * credentials the token can be fetched
 * @param expiresIn how long the request can be decided; {@code null} if LumoAuth does not
 * say
 * @param interval the minimum time between two status queries
 * @since 0.1.0
 */
public record BackchannelRequest(String authReqId, @Nullable Duration expiresIn, Duration interval) {

	/**
	 * Without the id.
	 */
	@Override
	public String toString() {
		return "BackchannelRequest[expiresIn=" + this.expiresIn + ", interval=" + this.interval + "]";
	}

}

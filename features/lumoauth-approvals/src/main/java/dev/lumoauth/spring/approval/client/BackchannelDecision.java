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
 * The state of a request by {@code oauth/bc-authorize} (OpenID Connect CIBA Core 1.0
 * sections 10 and 11).
 *
 * @param status the status of the request
 * @param lifetime how long the token of an approved request lasts; {@code null} for any
 * other request, or if LumoAuth does not say
 * @param taskId the task that an approved request has started; {@code null} if LumoAuth
 * does not say
 * @param jitRequestId the corresponding just-in-time request at LumoAuth; {@code null} if
 * LumoAuth does not say
 * @since 0.1.0
 */
public record BackchannelDecision(Status status, @Nullable Duration lifetime, @Nullable String taskId,
		@Nullable String jitRequestId) {

	static BackchannelDecision of(Status status) {
		return new BackchannelDecision(status, null, null, null);
	}

	/**
	 * The status of a request.
	 */
	public enum Status {

		/**
		 * The user has not decided.
		 */
		PENDING,

		/**
		 * The user has not decided, and the status was queried too soon: the interval is
		 * 5 seconds longer from now on.
		 */
		SLOW_DOWN,

		/**
		 * The user has said yes.
		 */
		APPROVED,

		/**
		 * The user has said no.
		 */
		DENIED,

		/**
		 * The user has not decided in time.
		 */
		EXPIRED

	}

}

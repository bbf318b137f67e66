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

import java.net.URI;
import java.time.Duration;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A just-in-time request of an agent ({@code jit/request}).
 *
 * @param taskId the task that the request is for
 * @param authorizationDetails one object of authorization details (RFC 9396 section 2),
 * with a {@code type}
 * @param justification the reason, for the person who decides; {@code null} for none
 * @param ttl how long the permission should last; {@code null} to let LumoAuth choose
 * @param callback the address to which LumoAuth reports the decision; {@code null} for
 * none
 * @since 0.1.0
 */
public record JitPermissionRequest(String taskId, Map<String, ?> authorizationDetails, @Nullable String justification,
		@Nullable Duration ttl, @Nullable URI callback) {

	/**
	 * Without the authorization details, which contain arguments.
	 */
	@Override
	public String toString() {
		return "JitPermissionRequest[" + this.taskId + "]";
	}

}

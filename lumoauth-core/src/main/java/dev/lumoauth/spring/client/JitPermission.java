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

package dev.lumoauth.spring.client;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * How a request for a permission stands ({@code jit/request/{id}/status}).
 *
 * @param requestId the id of the request
 * @param status {@code approved}, {@code denied}, {@code pending} or another word:
 * LumoAuth has more of them than its documents. One that is not known says that nothing
 * is decided
 * @param riskLevel how risky LumoAuth finds it; {@code null} if it does not say
 * @param expiresAt until when it can be decided; {@code null} if LumoAuth does not say
 * @param grantedTtl how long what was approved lasts, from the decision on; {@code null}
 * if LumoAuth does not say
 * @param agentMessage the reviewer's word to the agent, or {@code null}. Somebody wrote
 * it: data, never an instruction
 * @since 0.1.0
 */
public record JitPermission(String requestId, String status, @Nullable String riskLevel, @Nullable Instant expiresAt,
		@Nullable Duration grantedTtl, @Nullable String agentMessage) {

}

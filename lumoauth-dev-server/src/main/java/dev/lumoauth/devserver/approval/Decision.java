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

package dev.lumoauth.devserver.approval;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

import dev.lumoauth.devserver.state.User;

/**
 * A decision about a request.
 *
 * @param by the user who decided, {@code null} if the rules decided
 * @param at when the decision was made
 * @param grantedTtl for how many seconds the approval may be used
 * @param agentMessage a message to the agent, if there is one
 * @param notes notes that the agent never sees, if there are any
 * @since 0.1.0
 */
public record Decision(@Nullable User by, Instant at, int grantedTtl, @Nullable String agentMessage,
		@Nullable String notes) {

}

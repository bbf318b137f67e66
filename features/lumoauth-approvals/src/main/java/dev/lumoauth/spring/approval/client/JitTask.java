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

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * A task for which an agent asks for permissions ({@code jit/task}).
 *
 * @param id the task's id
 * @param expiresAt when the task expires; {@code null} if LumoAuth does not say
 * @since 0.1.0
 */
public record JitTask(String id, @Nullable Instant expiresAt) {

}

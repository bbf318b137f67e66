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

package dev.lumoauth.spring;

import org.jspecify.annotations.Nullable;

/**
 * LumoAuth's answer to the question whether an action is allowed ({@code POST
 * agents/ask}).
 *
 * @param allowed whether the action is allowed: {@code true} only for a JSON {@code true}
 * @param action the action asked about
 * @param reason LumoAuth's reason, for people, if it gave one
 * @param auditId the id of the entry in LumoAuth's audit log, if it gave one
 * @since 0.1.0
 */
public record AskResult(boolean allowed, String action, @Nullable String reason, @Nullable String auditId) {
}

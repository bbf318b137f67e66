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

package dev.lumoauth.devserver.event;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * An event that was sent, or that could not be sent.
 *
 * @param number counted from 1
 * @param at the time
 * @param tenant the tenant
 * @param target the stream or the webhook
 * @param url the receiver's URL, without its query
 * @param type the receiver's name for the type
 * @param subject the subject of the event
 * @param attempt counted from 1, 0 if it was not sent
 * @param status the status of the answer, or {@code null}
 * @param outcome the result
 * @param fault the fault that was switched on, or {@code null}
 * @since 0.1.0
 */
public record Delivery(long number, Instant at, String tenant, String target, String url, String type, String subject,
		int attempt, @Nullable Integer status, String outcome, @Nullable String fault) {
}

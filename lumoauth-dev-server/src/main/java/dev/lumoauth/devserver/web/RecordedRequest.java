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

package dev.lumoauth.devserver.web;

import java.time.Instant;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * An answered request, for the console. Contains neither a secret nor a token.
 *
 * @param number the number of the request, from 1
 * @param at when it arrived
 * @param method its method
 * @param path its path, without the query
 * @param status the status of the answer
 * @param millis how long the answer took, in milliseconds
 * @param note the decision, if one was recorded
 * @param signedBy the signer, {@code null} if none is known
 * @param agent the client that sent it, as it says itself; {@code null} if it names none
 * @param traceId the id of the caller's trace (W3C Trace Context), {@code null} if it
 * sent none
 * @since 0.1.0
 */
public record RecordedRequest(long number, Instant at, String method, String path, int status, long millis,
		@Nullable String note, @JsonProperty("signed_by") @Nullable SignedBy signedBy, @Nullable String agent,
		@JsonProperty("trace_id") @Nullable String traceId) {

}

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

package dev.lumoauth.spring.approval.process;

import java.time.Duration;
import java.util.Set;

import dev.lumoauth.spring.approval.AfterDenial;
import org.jspecify.annotations.Nullable;

/**
 * Settings for requesting and keeping approvals.
 *
 * @param agent the client id of the agent
 * @param ttl how long an approval lasts, and how long a person has to decide if LumoAuth
 * does not say
 * @param patience how long a call waits for a person before it ends as pending
 * @param keepResults how long the result of a call, or its denial, is kept for a caller
 * that makes the same call again
 * @param requestDenied whether a capability that the agent lacks is requested
 * @param redacted the names of arguments that the person doesn't see
 * @param maxPendingPerUser how many calls of one user, or of one conversation without a
 * user, may wait; all calls without either count together
 * @param afterDenial how long nobody is asked about a tool for a user after a denial
 * @param approver the user who is asked if a call is not made on behalf of a user, or
 * {@code null}
 * @param process identifies this process: calls without user and conversation belong to
 * it
 */
record ApprovalSettings(String agent, Duration ttl, Duration patience, Duration keepResults, boolean requestDenied,
		Set<String> redacted, int maxPendingPerUser, AfterDenial afterDenial, @Nullable String approver,
		String process) {

}

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

package dev.lumoauth.spring.approval.channel;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;

import dev.lumoauth.spring.approval.ApprovalChannel;
import dev.lumoauth.spring.approval.client.ApprovalsClient;
import org.jspecify.annotations.Nullable;

/**
 * The ways in which LumoAuth asks people.
 *
 * @since 0.1.0
 */
public final class ApprovalChannels {

	private ApprovalChannels() {
	}

	/**
	 * Return the channel that uses LumoAuth's just-in-time permissions. LumoAuth's rules
	 * say who decides.
	 * @param client LumoAuth's API, used as the agent
	 * @param pollInterval how often to read the state of a request
	 * @param clock the clock for the lifetime of approvals
	 * @param callback the address to which LumoAuth reports that a request is decided
	 * ({@code callback_url}), for
	 * {@link dev.lumoauth.spring.approval.LumoAuthApprovals#notified}; {@code null} for
	 * none
	 * @return the channel
	 */
	public static ApprovalChannel jit(ApprovalsClient client, Duration pollInterval, Clock clock,
			@Nullable URI callback) {
		return new JitChannel(client, pollInterval, clock, callback);
	}

	/**
	 * Return the channel that uses LumoAuth's push approvals: the user on whose behalf
	 * the call is made, or the approver, is asked on a device. The state of each request
	 * is read every 1.5 seconds.
	 * @param client LumoAuth's API, used as the agent
	 * @return the channel
	 */
	public static ApprovalChannel push(ApprovalsClient client) {
		return new PushChannel(client);
	}

	/**
	 * Return the channel that uses OpenID Connect CIBA: the user on whose behalf the call
	 * is made, or the approver, is asked. The state of requests is read at LumoAuth's
	 * token endpoint, at most 10 times a minute for all requests together and less often
	 * while the agent needs tokens.
	 * @param client LumoAuth's API, used as the agent
	 * @param clock the clock for the polling of requests and the lifetime of approvals
	 * @return the channel
	 */
	public static ApprovalChannel ciba(ApprovalsClient client, Clock clock) {
		return new CibaChannel(client, clock);
	}

}

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

import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalAnswer;
import dev.lumoauth.spring.approval.ApprovalChannel;
import dev.lumoauth.spring.approval.ApprovalQuestion;
import dev.lumoauth.spring.approval.ApprovalState;
import dev.lumoauth.spring.approval.client.JitPermission;
import dev.lumoauth.spring.approval.client.JitPermissionRequest;
import dev.lumoauth.spring.approval.client.ApprovalsClient;
import dev.lumoauth.spring.token.TokenSubject;
import dev.lumoauth.spring.user.UserScope;
import dev.lumoauth.spring.user.UserToken;
import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.util.Assert;

/**
 * Asks by just-in-time permissions: each call is one request in a task at LumoAuth.
 * LumoAuth's rules say who decides. On behalf of a user the agent asks with a delegated
 * token, as LumoAuth's own libraries do, so that LumoAuth knows the user from the user's
 * token and not only from the agent.
 */
final class JitChannel implements ApprovalChannel {

	/** LumoAuth's documents: "5-15 minutes"; its libraries ask for less. */
	private static final Duration MIN_TTL = Duration.ofMinutes(1);

	private static final Duration MAX_TTL = Duration.ofMinutes(15);

	private final ApprovalsClient client;

	private final Duration interval;

	private final Clock clock;

	private final @Nullable URI callback;

	private final JitTasks tasks;

	JitChannel(ApprovalsClient client, Duration interval, Clock clock, @Nullable URI callback) {
		Assert.isTrue(interval.compareTo(Duration.ZERO) > 0, "The interval must be longer than 0");
		this.client = client;
		this.interval = interval;
		this.clock = clock;
		this.callback = callback;
		this.tasks = new JitTasks(client, clock);
	}

	@Override
	public ApprovalAnswer ask(ApprovalQuestion question) {
		Approval approval = question.approval();
		UserToken user = UserScope.current();
		Duration ttl = ttl(question.ttl());
		JitTasks.Task task = this.tasks.open(approval, user, ttl);
		try {
			return answer(
					this.client.requestPermission(new JitPermissionRequest(task.id(), ToolInvocation.of(question),
							approval.reason(), ttl, this.callback), (user != null) ? TokenSubject.of(user) : null),
					task.id());
		}
		catch (RuntimeException ex) {
			throw this.tasks.notAsked(task, approval, ex);
		}
	}

	private static Duration ttl(Duration wanted) {
		Duration ttl = (wanted.compareTo(MAX_TTL) > 0) ? MAX_TTL : wanted;
		return (ttl.compareTo(MIN_TTL) < 0) ? MIN_TTL : ttl;
	}

	@Override
	public ApprovalAnswer status(Approval approval) {
		try {
			return answer(this.client.permission(References.of(approval)), null);
		}
		catch (LumoAuthDeniedException ex) {
			return References.answer(ex);
		}
	}

	private ApprovalAnswer answer(JitPermission permission, @Nullable String task) {
		ApprovalState state = References.state(permission.status());
		return new ApprovalAnswer(state, permission.requestId(), task, permission.end(this.clock.instant()), null,
				permission.agentMessage());
	}

	@Override
	public OAuth2AccessToken token(Approval approval) {
		return this.client.permissionToken(References.of(approval));
	}

	@Override
	public void ended(Approval approval) {
		this.tasks.ended(approval);
	}

	@Override
	public Duration interval() {
		return this.interval;
	}

	@Override
	public Duration untilNextStatus() {
		return this.client.untilPoll(this.interval);
	}

}

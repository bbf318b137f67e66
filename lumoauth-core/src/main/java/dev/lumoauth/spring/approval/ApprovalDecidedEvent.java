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

package dev.lumoauth.spring.approval;

import org.springframework.context.ApplicationEvent;

/**
 * A request is decided: approved, denied, expired or cancelled. The event carries what is
 * needed to continue the call: {@link Approval#conversationId()}, tool, arguments, and
 * the id for {@link LumoAuthApprovals#resume}. Published once, by the first process that
 * learns of the decision, on the thread that learns of it. If the call has to be resumed,
 * nobody is signed in there meanwhile. A slow listener should be asynchronous.
 *
 * @since 0.1.0
 */
public class ApprovalDecidedEvent extends ApplicationEvent {

	private final Approval approval;

	private final boolean toResume;

	/**
	 * Create the event.
	 * @param source the object that learned of the decision
	 * @param approval the request
	 * @param toResume whether somebody has to resume the call
	 */
	public ApprovalDecidedEvent(Object source, Approval approval, boolean toResume) {
		super(source);
		this.approval = approval;
		this.toResume = toResume;
	}

	/**
	 * Return whether somebody has to resume the call, because the call ended with the
	 * text that it waits for approval.
	 * @return {@code false} if the call continues without that: LumoAuth's rules decided
	 * at once, or the call waits for the decision
	 */
	public boolean isToResume() {
		return this.toResume;
	}

	/**
	 * Return the request.
	 * @return the request in its current state
	 */
	public Approval getApproval() {
		return this.approval;
	}

}

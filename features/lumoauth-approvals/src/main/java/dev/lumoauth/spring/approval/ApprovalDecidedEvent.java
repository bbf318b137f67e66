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

/**
 * A request is decided: approved, denied, expired or cancelled. The event carries what is
 * needed to continue the call: {@link Approval#conversationId()}, tool, arguments, and
 * the id for {@link LumoAuthApprovals#resume}.
 * <p>
 * Published once among all replicas that share a store, by the process that can continue
 * the call: the one that holds the call, or one that has taken over from a process that
 * died. If that process dies before its listeners have returned, another process
 * publishes the event again. Eight events are published at a time, on threads of the
 * library. Only a decision that Java code reads itself, with
 * {@link LumoAuthApprovals#status} for example, is published on that code's thread. If
 * the call has to be resumed, nobody is signed in on the thread meanwhile.
 *
 * @since 0.1.0
 */
public class ApprovalDecidedEvent extends ApprovalEvent {

	private final Next next;

	/**
	 * Create the event.
	 * @param source the object that learned of the decision
	 * @param approval the request
	 * @param toResume whether somebody has to resume the call
	 */
	public ApprovalDecidedEvent(Object source, Approval approval, boolean toResume) {
		this(source, approval, toResume ? Next.RESUME : Next.BY_ITSELF);
	}

	/**
	 * Create the event.
	 * @param source the object that learned of the decision
	 * @param approval the request
	 * @param next who continues the call
	 */
	public ApprovalDecidedEvent(Object source, Approval approval, Next next) {
		super(source, approval);
		this.next = next;
	}

	/**
	 * Return whether somebody has to resume the call, because the call ended with the
	 * text that it waits for approval.
	 * @return {@code false} if the call continues without that, or only its user can
	 * continue it
	 */
	public boolean isToResume() {
		return this.next == Next.RESUME;
	}

	/**
	 * Return whether the call is approved and waits for its user: no process that is
	 * alive can run it without that user. The user's next chat is told so.
	 * @return whether only its user can continue the call
	 */
	public boolean isWaitingForUser() {
		return this.next == Next.USER;
	}

	/**
	 * Who continues the call.
	 */
	public enum Next {

		/**
		 * The call continues without anybody's doing: LumoAuth's rules decided at once,
		 * the call waits for the decision, or it has been made again.
		 */
		BY_ITSELF,

		/**
		 * The listener, by {@link LumoAuthApprovals#resume}.
		 */
		RESUME,

		/**
		 * The user, by making the same call again.
		 */
		USER

	}

}

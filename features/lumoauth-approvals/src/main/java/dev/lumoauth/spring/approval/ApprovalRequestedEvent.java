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
 * A person has been asked to approve a call. The event is for applications that also
 * notify people by other means. Published on the thread that makes the call, once the
 * request is at LumoAuth.
 *
 * @since 0.1.0
 */
public class ApprovalRequestedEvent extends ApprovalEvent {

	/**
	 * Create the event.
	 * @param source the object that asked
	 * @param approval the request
	 */
	public ApprovalRequestedEvent(Object source, Approval approval) {
		super(source, approval);
	}

}

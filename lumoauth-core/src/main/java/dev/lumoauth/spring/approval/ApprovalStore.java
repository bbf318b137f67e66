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

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Keeps what people were asked and how it stands. What makes a call run once is here:
 * each step is one compare-and-set, and of one call there is one request at a time.
 * Replicas that share a store run an approved call once among them.
 *
 * @since 0.1.0
 */
public interface ApprovalStore {

	/**
	 * Return a store in this process. What nobody has run when it ends is forgotten: the
	 * same call then asks anew.
	 * @return an empty store
	 */
	static ApprovalStore inMemory() {
		return new InMemoryApprovalStore();
	}

	/**
	 * Keep a request, unless there is one that holds the same call.
	 * @param approval a request that holds its call
	 * @return the request that holds the call now: this one if it is kept
	 */
	Approval putIfAbsent(Approval approval);

	/**
	 * Take the next step of a request. Never if anybody else has taken one, and never one
	 * that holds the call while another request does.
	 * @param current the request as it was read
	 * @param next the same request, with the next version
	 * @return whether it is taken
	 */
	boolean replace(Approval current, Approval next);

	/**
	 * Find a request.
	 * @param id its id
	 * @return the request as it stands now, or {@code null}
	 */
	@Nullable Approval find(String id);

	/**
	 * Find the request that holds a call.
	 * @param call {@link ApprovalCall#key()}
	 * @return the request, or {@code null}
	 */
	@Nullable Approval findByCall(String call);

	/**
	 * Find requests by how they stand.
	 * @param state the state
	 * @param limit how many at most
	 * @return the requests, those asked for first first
	 */
	List<Approval> findByState(ApprovalState state, int limit);

	/**
	 * Forget requests that are over.
	 * @param before those that ended before this time
	 */
	void removeEnded(Instant before);

}

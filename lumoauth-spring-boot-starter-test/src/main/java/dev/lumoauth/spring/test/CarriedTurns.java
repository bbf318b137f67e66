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

package dev.lumoauth.spring.test;

import reactor.core.scheduler.Schedulers;

import org.springframework.beans.DirectFieldAccessor;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.task.TaskDecorator;
import org.springframework.core.task.TaskExecutor;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.util.ClassUtils;

/**
 * Makes a task work for the test that submits it to a Spring executor or scheduler that
 * is a bean, or to one of Reactor's schedulers. It is not known to which test a task in
 * another pool belongs.
 */
final class CarriedTurns implements BeanPostProcessor {

	private static final String DECORATOR = "taskDecorator";

	private static final boolean REACTOR = ClassUtils.isPresent("reactor.core.scheduler.Schedulers",
			CarriedTurns.class.getClassLoader());

	CarriedTurns() {
		if (REACTOR) {
			Reactor.carry();
		}
	}

	/**
	 * Runs before the executor creates its pool. An executor does not reveal which
	 * decorator it has.
	 */
	@Override
	public Object postProcessBeforeInitialization(Object bean, String beanName) {
		if (bean instanceof TaskExecutor || bean instanceof TaskScheduler) {
			DirectFieldAccessor fields = new DirectFieldAccessor(bean);
			if (fields.isWritableProperty(DECORATOR) && fields.getPropertyType(DECORATOR) == TaskDecorator.class) {
				Object decorator = fields.getPropertyValue(DECORATOR);
				fields.setPropertyValue(DECORATOR,
						(decorator instanceof TaskDecorator other)
								? (TaskDecorator) (task) -> ThreadTurn.carried(other.decorate(task))
								: (TaskDecorator) ThreadTurn::carried);
			}
		}
		return bean;
	}

	/**
	 * A separate class, since Reactor is optional.
	 */
	private static final class Reactor {

		static void carry() {
			Schedulers.onScheduleHook(CarriedTurns.class.getName(), ThreadTurn::carried);
		}

	}

}

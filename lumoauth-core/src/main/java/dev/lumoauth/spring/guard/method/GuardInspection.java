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

package dev.lumoauth.spring.guard.method;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;

import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.guard.GuardConfigurationException;
import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.guard.GuardTermsFinder;
import dev.lumoauth.spring.guard.SourceLine;
import dev.lumoauth.spring.guard.ToolTypes;
import dev.lumoauth.spring.reflect.FrameworkClasses;
import dev.lumoauth.spring.reflect.KotlinFunctions;
import dev.lumoauth.spring.reflect.SameMethod;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Finds annotated methods of a bean's class that can't be guarded: a proxy overrides
 * methods, and these can't be overridden.
 */
final class GuardInspection {

	private static final Log logger = LogFactory.getLog(GuardInspection.class);

	private static final String WOVEN = " Or weave the guard into the code, with the dependency "
			+ "dev.lumoauth:lumoauth-spring-aspects and a weaver (start Java with -javaagent:aspectjweaver.jar, or weave "
			+ "when the code is compiled): it guards such code too.";

	private static final String OPEN_IN_KOTLIN = " (in Kotlin 'open', both the class and the function, "
			+ "or the compiler plugin kotlin-spring)";

	/** Where the annotations are by which nobody outside of a class calls a method. */
	private static final List<String> INWARD = List.of("com.fasterxml.jackson.", "io.micrometer.", "io.opentelemetry.",
			"io.swagger.", "jakarta.annotation.", "jakarta.inject.", "jakarta.persistence.Persistence",
			"jakarta.transaction.", "jakarta.validation.", "java.", "javax.annotation.", "javax.inject.", "kotlin.",
			"org.jetbrains.annotations.", "org.jspecify.annotations.", "org.springframework.beans.factory.annotation.",
			"org.springframework.cache.annotation.", "org.springframework.context.annotation.",
			"org.springframework.core.annotation.", "org.springframework.lang.",
			"org.springframework.scheduling.annotation.Async", "org.springframework.transaction.annotation.",
			"tools.jackson.");

	/**
	 * Where the annotations are by which a framework calls a method of the object that is
	 * behind the proxy.
	 */
	private static final List<String> BEHIND_PROXIES = List.of("org.springframework.batch.core.annotation.",
			"org.springframework.retry.annotation.Recover");

	private final GuardTermsFinder finder;

	private final Supplier<@Nullable String> notConfigured;

	private final Set<String> warned = ConcurrentHashMap.newKeySet();

	/**
	 * Create an inspection.
	 * @param finder finds the terms of methods
	 * @param notConfigured what to do about a missing configuration of LumoAuth;
	 * {@code null} if it is configured, or turned off on purpose
	 */
	GuardInspection(GuardTermsFinder finder, Supplier<@Nullable String> notConfigured) {
		this.finder = finder;
		this.notConfigured = notConfigured;
	}

	/**
	 * Inspect a class.
	 * @param beanType the class of a bean; behind a proxy, that of its target
	 * @return its methods that a proxy has to guard: without the methods that are guarded
	 * as tools only, and without woven methods
	 * @throws GuardConfigurationException if one can't be guarded
	 */
	List<Method> inspect(Class<?> beanType) {
		Class<?> type = FrameworkClasses.userClass(beanType);
		if (!mentions(type)) {
			return List.of();
		}
		List<Method> guarded = new ArrayList<>();
		for (Method method : methods(type)) {
			GuardTerms terms = this.finder.find(method, type);
			if (terms == null || ToolTypes.isToolMethod(method, type) || isLeftAlone(method, type)) {
				continue;
			}
			requireConfigured(() -> "Method " + place(method), terms);
			// Is the method annotated itself, and not only its class?
			boolean itself = this.finder.findOnMethod(method, type) != null;
			Method run = method.getDeclaringClass().isInterface() ? new SameMethod(type).mostSpecific(method) : method;
			if (!itself && isFinalInSpring(run) && ContainerCalls.include(run)) {
				continue;
			}
			String annotation = terms.annotation();
			if (GuardPointcut.isBeanMethod(method)) {
				requireAnnotatedItself(method, itself, annotation);
			}
			else if (WovenMethods.run(method, type)) {
				requireNotCopied(method, type, annotation);
				Coroutines.requireGuardable(method, terms);
				requireCheckable(method, type, annotation, itself);
			}
			else if (isOverridable(method, type)) {
				Coroutines.requireGuardable(method, terms);
				requireCheckable(method, type, annotation, itself);
				requireCalledOnProxy(method, terms);
				requireNotFinalInSpring(run, type, annotation);
				if (itself && ContainerCalls.include(method)) {
					throw calledByContainer(method, terms);
				}
				requireNotCalledBySuperclass(method, type);
				guarded.add(method);
			}
			else if (itself || isOpen(method) || isCalledByItsAnnotation(method, type)) {
				// The aspects leave out the private methods of an annotated type.
				refuseOrWarn(method, type, annotation, (itself || isOpen(method)) ? WOVEN : "");
			}
		}
		if (!guarded.isEmpty()) {
			requireExtensible(type, terms(guarded.get(0), type).annotation());
		}
		return guarded;
	}

	/**
	 * Find the methods of a class that the aspects guard.
	 * @param beanType the class of a bean; behind a proxy, that of its target
	 * @return its woven methods
	 */
	List<Method> woven(Class<?> beanType) {
		Class<?> type = FrameworkClasses.userClass(beanType);
		return methods(type).stream()
			.filter((method) -> WovenMethods.isWoven(method) && WovenMethods.run(method, type))
			.toList();
	}

	/**
	 * A framework may call a method that the aspects leave out.
	 */
	private boolean isLeftAlone(Method method, Class<?> type) {
		return !WovenMethods.run(method, type) && WovenMethods.cover(this.finder, method, type)
				&& !isCalledByItsAnnotation(method, type);
	}

	/**
	 * Return whether a type concerns the guard at all.
	 * @param type the type
	 */
	boolean mentions(@Nullable Class<?> type) {
		return this.finder.mentions(type);
	}

	private GuardTerms terms(Method guarded, Class<?> type) {
		return Objects.requireNonNull(this.finder.find(guarded, type), "An annotated method without terms");
	}

	/**
	 * Refuse annotated code if LumoAuth is not configured.
	 * @param subject the annotated code
	 * @param terms the terms on which it runs
	 */
	void requireConfigured(Supplier<String> subject, GuardTerms terms) {
		CapabilityRequirement requirement = terms.requirement();
		String action = this.notConfigured.get();
		if (action != null) {
			throw new GuardConfigurationException(
					subject.get() + ((requirement != null) ? requires(requirement) : " " + terms)
							+ ", but LumoAuth is not configured.",
					action);
		}
	}

	private static String requires(CapabilityRequirement requirement) {
		return " requires " + (requirement.capabilities().size() > 1 ? "the capabilities " : "the capability ")
				+ String.join(", ", requirement.capabilities());
	}

	/**
	 * Refuse a bean that has no guard.
	 * @param beanName the name of the bean
	 * @param bean the bean
	 * @param type its class
	 * @param guarded its annotated methods
	 */
	void requireGuarded(String beanName, Object bean, Class<?> type, List<Method> guarded) {
		Method unguarded = unguarded(bean, type, guarded);
		if (unguarded != null) {
			throw unguarded(beanName, "method " + place(unguarded), terms(unguarded, type));
		}
	}

	/**
	 * Return whether a bean itself checks each of its annotated methods.
	 * @param bean the bean
	 * @param type its class
	 * @param guarded its annotated methods
	 */
	boolean isGuarded(Object bean, Class<?> type, List<Method> guarded) {
		return unguarded(bean, type, guarded) == null;
	}

	private @Nullable Method unguarded(Object bean, Class<?> type, List<Method> guarded) {
		return guarded.stream()
			.filter((method) -> !GuardCoverage.coversIfCalled(bean, method, terms(method, type)))
			.findFirst()
			.orElse(null);
	}

	static GuardConfigurationException unguarded(String beanName, String annotated, GuardTerms terms) {
		return new GuardConfigurationException(
				"Bean '" + beanName + "' is not guarded, although " + annotated + " has " + terms.annotation()
						+ ": it was created before the guard was there, it was made a proxy "
						+ "or put into the context by hand, or its context has no guard.",
				"Let Spring create it, and let no BeanPostProcessor or BeanFactoryPostProcessor depend on it: "
						+ "make the methods that declare those static, and inject an ObjectProvider. A child context "
						+ "needs LumoAuth's auto-configuration as well. If a test has put a mock in its place, add "
						+ "the test dependency dev.lumoauth:lumoauth-spring-boot-starter-test.");
	}

	/**
	 * Return all methods except bridges. A proxy need not override a bridge, which may be
	 * final in Kotlin, because the bridge calls the method that the proxy overrides. If
	 * the class is one of the JDK's proxies, its own methods are final, and only the
	 * methods of its interfaces count.
	 */
	static List<Method> methods(Class<?> type) {
		List<Method> methods = new ArrayList<>();
		if (!Proxy.isProxyClass(type)) {
			methods.addAll(List.of(ReflectionUtils.getAllDeclaredMethods(type)));
		}
		for (Class<?> each : ClassUtils.getAllInterfacesForClassAsSet(type)) {
			methods.addAll(List.of(ReflectionUtils.getDeclaredMethods(each)));
		}
		methods.removeIf(
				(method) -> method.getDeclaringClass() == Object.class || method.isSynthetic() || method.isBridge());
		return methods;
	}

	/**
	 * A proxy's class is in the package of the bean's class. It can't override a
	 * package-private method of another package.
	 */
	private static boolean isOverridable(Method method, Class<?> type) {
		return GuardCoverage.isOverridable(method) && !isHiddenByPackage(method, type);
	}

	private static boolean isHiddenByPackage(Method method, Class<?> type) {
		Class<?> declaring = method.getDeclaringClass();
		return (method.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED | Modifier.PRIVATE)) == 0
				&& !(declaring.getPackageName().equals(type.getPackageName())
						&& declaring.getClassLoader() == type.getClassLoader());
	}

	/**
	 * Return the type without Kotlin's reflection, which fails on Kotlin's own function
	 * types.
	 */
	static ResolvableType returnType(Method method, Class<?> type) {
		return ResolvableType.forType(method.getGenericReturnType(),
				ResolvableType.forClass(type).as(method.getDeclaringClass()));
	}

	/**
	 * Refuse a method whose result runs later in a way that the guard can't see. What an
	 * annotated class inherits of a function or a collection is left for the call.
	 */
	private static void requireCheckable(Method method, Class<?> type, String annotation, boolean itself) {
		boolean inherited = !itself && (isOfLanguage(method)
				|| (new SameMethod(type).mostSpecific(method).isDefault() && MethodReturn.of(method, type).isLater()));
		if (inherited) {
			return;
		}
		ResolvableType unchecked = Coroutines.isSuspending(method) ? Coroutines.uncheckable(method, type)
				: DeferredTypes.uncheckable(returnType(method, type));
		boolean ofTools = unchecked != null && ToolTypes.speaksOfTools(unchecked);
		// A tool may hand out the tool that it decorates to its own code: every other
		// caller is refused then.
		if (unchecked != null && !(ofTools && ToolTypes.isTool(type))) {
			throw new GuardConfigurationException(
					"Method " + place(method) + " has " + annotation + " and returns "
							+ (Coroutines.isSuspending(method) ? unchecked : returnType(method, type))
							+ ": what is in it runs later, without a check.",
					ofTools ? "Put " + annotation + " on the tools, or on the @Bean method that makes them."
							: "Return the result itself, a Mono or a Flux. For a function, put " + annotation
									+ " on the @Bean method that makes it.");
		}
	}

	private static void requireNotCopied(Method method, Class<?> type, String annotation) {
		if (!isOverridable(method, type) && KotlinFunctions.isInline(method)) {
			throw new GuardConfigurationException(
					"Method " + place(method) + " has " + annotation
							+ " and is inline in Kotlin, so that its code runs in its callers, where no guard is.",
					"Make it a function without 'inline'. If it is one, add the dependency "
							+ "org.jetbrains.kotlin:kotlin-reflect, which says so.");
		}
	}

	private static boolean isOfLanguage(Method method) {
		String type = method.getDeclaringClass().getName();
		return type.startsWith("java.") || type.startsWith("kotlin.");
	}

	/**
	 * Refuse a method that a framework calls where no proxy stands. Spring Batch, for
	 * instance, takes the object out of its proxy.
	 * @param method a method that a proxy has to guard
	 * @param terms the terms on which it runs
	 */
	static void requireCalledOnProxy(Method method, GuardTerms terms) {
		MergedAnnotations.from(method, SearchStrategy.TYPE_HIERARCHY)
			.stream()
			.map((each) -> each.getType().getName())
			.filter((name) -> BEHIND_PROXIES.stream().anyMatch(name::startsWith))
			.findFirst()
			.ifPresent((name) -> {
				throw new GuardConfigurationException("Method " + place(method) + " has " + terms.annotation()
						+ " and @" + ClassUtils.getShortName(name)
						+ ", by which a framework calls the object behind the guard.", moved(terms));
			});
	}

	/**
	 * Refuse a method that the container calls by the definition of the bean. The
	 * annotation of a class does not apply to these methods.
	 * @param definition the merged definition of the bean
	 * @param beanType the class of the bean
	 */
	void requireNotCalledByContainer(BeanDefinition definition, Class<?> beanType) {
		Class<?> type = FrameworkClasses.userClass(beanType);
		for (Method method : mentions(type) ? methods(type) : List.<Method>of()) {
			GuardTerms own = this.finder.findOnMethod(method, type);
			if (own != null && !WovenMethods.run(method, type) && ContainerCalls.include(method, definition, type)) {
				throw calledByContainer(method, own);
			}
		}
	}

	private static GuardConfigurationException calledByContainer(Method method, GuardTerms terms) {
		return new GuardConfigurationException("Method " + place(method) + " has " + terms.annotation()
				+ ", and the container calls it on the object behind the guard when it creates or destroys the bean.",
				moved(terms) + " If the container need not call it, set @Bean(destroyMethod = \"\").");
	}

	/**
	 * Refuse a method of an interface that one of Spring's base classes implements by a
	 * final method, such as {@code init} of {@code GenericFilterBean}. Other final
	 * methods are refused where they are declared.
	 */
	private static void requireNotFinalInSpring(Method run, Class<?> type, String annotation) {
		if (isFinalInSpring(run)) {
			throw new GuardConfigurationException(
					"Class " + type.getName() + SourceLine.of(type) + " has " + annotation
							+ ", and it inherits the final method " + name(run) + ", so no guard can stand around it.",
					"Put " + annotation + " on a method of another bean, and call that method from here.");
		}
	}

	private static boolean isFinalInSpring(Method method) {
		return Modifier.isFinal(method.getModifiers()) && FrameworkClasses.isOfSpring(method.getDeclaringClass());
	}

	/**
	 * Refuse a method by which a superclass has a part of its work done, such as
	 * {@code doGet}, which {@code service} of {@code HttpServlet} calls: a method that is
	 * not public is there for that. The superclass calls it on the object behind the
	 * proxy, so whatever others can call of it has to keep the same terms.
	 */
	private void requireNotCalledBySuperclass(Method method, Class<?> type) {
		GuardTerms own = this.finder.findOnMethod(method, type);
		Class<?> declaring = method.getDeclaringClass();
		List<Method> inherited = methods(type).stream()
			.filter((each) -> each.getDeclaringClass() != declaring
					&& (each.getDeclaringClass().isInterface() || each.getDeclaringClass().isAssignableFrom(declaring)))
			.toList();
		if (own == null || inherited.stream()
			.noneMatch(new SameMethod(type).as(method).and((each) -> !Modifier.isPublic(each.getModifiers())))) {
			return;
		}
		inherited.stream()
			.filter((each) -> GuardCoverage.isOverridable(each) && !Modifier.isAbstract(each.getModifiers())
					&& !(each.isDefault() && isOfLanguage(each))
					&& !GuardPointcut.isBesideGuarded(this.finder, each, type))
			.filter((each) -> {
				GuardTerms kept = this.finder.find(each, type);
				return kept == null || !kept.includes(own);
			})
			.findFirst()
			.ifPresent((open) -> {
				throw new GuardConfigurationException(
						"Method " + place(method) + " has " + own.annotation()
								+ ", and inherited code may call it on the object behind the guard: that of "
								+ open.getDeclaringClass().getName() + ".",
						"Put " + own.annotation()
								+ " on the class, so that it holds for the inherited methods too, such as "
								+ open.getName() + ", or override these and put it on them.");
			});
	}

	private static String moved(GuardTerms terms) {
		return "Move the code into a method of another bean, put " + terms.annotation()
				+ " on that method, and call it from here.";
	}

	/**
	 * Return whether another class can call a method that a proxy can't override. The
	 * annotation of a type does not apply to its private and static methods. Spring's
	 * base classes have final methods for the container.
	 */
	private static boolean isOpen(Method method) {
		int modifiers = method.getModifiers();
		return !Modifier.isPrivate(modifiers) && !Modifier.isStatic(modifiers)
				&& !FrameworkClasses.isOfSpring(method.getDeclaringClass());
	}

	private static void requireAnnotatedItself(Method method, boolean itself, String annotation) {
		if (!itself) {
			throw new GuardConfigurationException(
					"Class " + method.getDeclaringClass().getName() + SourceLine.of(method.getDeclaringClass())
							+ " has " + annotation
							+ " and @Bean methods, which a guard around the class does not cover.",
					"Put " + annotation + " on the @Bean methods that need it, such as " + method.getName() + "().");
		}
	}

	private void refuseOrWarn(Method method, Class<?> type, String annotation, String otherwise) {
		String kind = kind(method) + (isHiddenByPackage(method, type) ? " in another package" : "");
		if (!ToolTypes.isTool(method)) {
			throw new GuardConfigurationException(
					"Method " + place(method) + " has " + annotation + " and is " + kind
							+ ", so no guard can stand around it.",
					"Make it neither private, static nor final" + OPEN_IN_KOTLIN
							+ ", in Kotlin without @JvmOverloads, which adds final functions"
							+ ", public or protected where the class is inherited in another package, and call it "
							+ "through the bean." + otherwise);
		}
		if (this.warned.add(name(method))) {
			logger.warn("Tool method " + name(method) + " is " + kind + ": " + annotation
					+ " guards it as a tool only, not where Java code calls it.");
		}
	}

	private static void requireExtensible(Class<?> type, String annotation) {
		boolean known = Proxy.isProxyClass(type) || ClassUtils.isLambdaClass(type);
		if (!known && !isExtensible(type)) {
			throw new GuardConfigurationException(
					"Class " + type.getName() + SourceLine.of(type) + " has " + annotation + " and is "
							+ (Modifier.isFinal(type.getModifiers()) ? "final" : "private")
							+ ", so no guard can stand around its methods.",
					"Make the class neither private nor final: no record" + OPEN_IN_KOTLIN + "." + WOVEN);
		}
	}

	static boolean isExtensible(Class<?> type) {
		return !Modifier.isFinal(type.getModifiers()) && !Modifier.isPrivate(type.getModifiers())
				&& (type.getDeclaredConstructors().length == 0 || Arrays.stream(type.getDeclaredConstructors())
					.anyMatch((constructor) -> !Modifier.isPrivate(constructor.getModifiers())));
	}

	/**
	 * Find a method that Java code can call, and that a guard around a bean would leave
	 * open.
	 * @param type the class of the bean
	 * @return a final method, or a package-private one of another package; {@code null}
	 * if there is none
	 */
	static @Nullable Method openToJava(Class<?> type) {
		return first(type, (method) -> !isOverridable(method, type) && isOpen(method));
	}

	/**
	 * Find a method that a guard around a bean would leave open.
	 * @param type the class of the bean
	 * @return one that Java code can call, a private or static one that others call, or
	 * {@code null}
	 */
	static @Nullable Method openMethod(Class<?> type) {
		Method open = openToJava(type);
		return (open != null) ? open : first(type, (method) -> isCalledByItsAnnotation(method, type)
				&& !ToolTypes.isTool(method) && !GuardPointcut.isBeanMethod(method));
	}

	private static @Nullable Method first(Class<?> type, Predicate<Method> which) {
		return methods(type).stream().filter(which).findFirst().orElse(null);
	}

	/**
	 * Return whether others may call a method that can't be overridden: frameworks find a
	 * method by an annotation, such as {@code @GetMapping} or {@code @McpResource}, and
	 * call it by reflection, where no proxy stands. An annotation that is not known
	 * counts.
	 */
	private static boolean isCalledByItsAnnotation(Method method, Class<?> type) {
		return !isOverridable(method, type) && !FrameworkClasses.isOfSpring(method.getDeclaringClass()) && Arrays
			.stream(method.getAnnotations())
			.anyMatch((annotation) -> INWARD.stream().noneMatch(annotation.annotationType().getName()::startsWith));
	}

	static String kind(Method method) {
		int modifiers = method.getModifiers();
		String other = Modifier.isFinal(modifiers) ? "final" : "package-private";
		return Modifier.isPrivate(modifiers) ? "private" : (Modifier.isStatic(modifiers) ? "static" : other);
	}

	/**
	 * Return the method with its line, which is read from the class file.
	 */
	static String place(Method method) {
		return name(method) + SourceLine.of(method);
	}

	private static String name(Method method) {
		return method.getName() + " of class " + method.getDeclaringClass().getName();
	}

}
